import type { Properties, PropertyTree } from '../app-objects.ts';
import { type Assumption, counted } from '../assumption.ts';
import { fulfilled } from '../probe.ts';
import { propertiesIn, type SeenApp } from '../probed-app.ts';
import { told } from '../told.ts';
import { isOpened, treesOf } from './seen-apps.ts';

/** What is assumed of the objects on sheets. */
export const chartAssumptions: readonly Assumption[] = [
  {
    name: 'missing-object',
    claim: 'GetObject of what is not there answers without a handle, and with no error.',
    doubt: "Read from Qlik's own clients.",
    reliedOnBy: 'charts: objects that were deleted meanwhile',
    ifNot: { copes: 'yes', how: 'error 2 is understood as well' },
    async ask(probe) {
      const answers = (await probe.apps()).filter(({ layout }) => isOpened(layout)).map(({ missing }) => missing);
      const isNull = (answer: PromiseSettledResult<unknown>) =>
        answer.status === 'fulfilled' && propertiesIn(answer.value).qHandle === null;
      return counted(answers, told`answers`, isNull);
    },
  },
  {
    name: 'cells-in-tree',
    claim: "What a sheet's cells show is among its children.",
    doubt: "Qlik's client and its guide fetch some objects one by one.",
    reliedOnBy: 'charts',
    ifNot: { copes: 'yes', how: 'objects that the tree lacks are asked for, with their children' },
    async ask(probe) {
      const cells = treesOf(await probe.apps()).flatMap(({ tree }) => {
        const children = new Set(objectsIn(tree).map(idOf));
        const own = Array.isArray(tree.qProperty?.cells) ? tree.qProperty.cells.map(propertiesIn) : [];
        return own.map(({ name }) => children.has(String(name)));
      });
      return counted(cells, told`cells`, (isChild) => isChild);
    },
  },
  {
    name: 'linked-charts-have-types',
    claim: 'A chart that shows a master visualisation has the type that is drawn, not masterobject.',
    doubt: "Qlik's Go client and its other clients disagree.",
    reliedOnBy: 'charts: type',
    ifNot: { copes: 'yes', how: "the type is then taken from the master's visualization" },
    async ask(probe) {
      return counted(
        linkedIn(await probe.apps()),
        told`linked charts`,
        ({ qProperty }) => typeOf(qProperty) !== 'masterobject',
      );
    },
  },
  {
    name: 'linked-charts-have-no-children',
    claim: 'The tree of a sheet does not hold what is below a master visualisation.',
    doubt: 'Not documented; the children belong to the master.',
    reliedOnBy: 'charts: what is in a master has no rows of its own',
    ifNot: { copes: 'in part', how: 'such objects have rows, each on the first sheet that shows the master' },
    async ask(probe) {
      const linked = linkedIn(await probe.apps());
      return counted(linked, told`linked charts`, ({ qChildren }) => (qChildren ?? []).length === 0);
    },
  },
  {
    name: 'get-objects-lists-roots',
    claim: 'GetObjects lists sheets and master items, and nothing that stands on a sheet.',
    doubt: '“All objects compatible with options”, by its documentation; every tool asks for sheets only.',
    reliedOnBy: 'master_visualizations: objects in a master have no rows',
    ifNot: { copes: 'yes', how: 'only sheets and master items are asked for' },
    async ask(probe) {
      const seen = (await probe.apps()).map(({ listsInner }) => listsInner);
      const answers = fulfilled(seen).filter((isInner) => isInner !== undefined);
      return counted(answers, told`charts`, (isInner) => !isInner);
    },
  },
];

/** All that is below an object. */
function objectsIn({ qChildren }: PropertyTree): PropertyTree[] {
  return (qChildren ?? []).flatMap((child) => (child ? [child, ...objectsIn(child)] : []));
}

function linkedIn(apps: readonly SeenApp[]): PropertyTree[] {
  const objects = treesOf(apps).flatMap(({ tree }) => objectsIn(tree));
  return objects.filter(({ qProperty }) => {
    const { qExtendsId } = propertiesIn(qProperty);
    return typeof qExtendsId === 'string' && qExtendsId !== '';
  });
}

function idOf({ qProperty }: PropertyTree): string {
  return String(propertiesIn(propertiesIn(qProperty).qInfo).qId);
}

function typeOf(properties: Properties | undefined): unknown {
  return propertiesIn(propertiesIn(properties).qInfo).qType;
}
