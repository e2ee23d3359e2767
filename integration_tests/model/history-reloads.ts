import { type Die, pick } from '../../src/simulator/data/dice.ts';
import type { AppDocument } from '../../src/simulator/data/document.ts';
import { type EndStatus, forgetOldest, isUnderWay, type Reload } from '../../src/simulator/data/reloads.ts';
import type { Edit, Scene } from './history-lists.ts';

const ENDS: readonly EndStatus[] = ['SUCCEEDED', 'FAILED', 'CANCELED', 'EXCEEDED_LIMIT'];

/** Some reload of an app that there is, and the app. */
function some({ tenant, memory, die }: Scene, fits: (reload: Reload) => boolean) {
  const documents = new Map(memory.documents().map((document) => [document.appId, document]));
  const found = [...tenant.data.reloads.all()].flatMap((reload): [Reload, AppDocument][] => {
    const document = documents.get(reload.appId);
    return document && fits(reload) ? [[reload, document]] : [];
  });
  return found.length > 0 ? pick(die, found) : undefined;
}

function end(scene: Scene, status: (die: Die) => EndStatus): string | undefined {
  const [reload, document] = some(scene, isUnderWay) ?? [];
  if (!reload || !document) return undefined;
  const ended = status(scene.die);
  document.reloads.end(reload.id, ended);
  return `${reload.id} ${ended}`;
}

/** What may happen to reloads. */
export const reloadEdits: readonly Edit<Scene>[] = [
  {
    name: 'queued',
    isNew: true,
    run({ memory, die }) {
      const documents = memory.documents();
      return documents.length > 0 ? pick(die, documents).reloads.queue() : undefined;
    },
  },
  {
    name: 'begun',
    isNew: true,
    run(scene) {
      const [reload, document] = some(scene, ({ status }) => status === 'QUEUED') ?? [];
      if (reload) document?.reloads.begin(reload.id);
      return reload?.id;
    },
  },
  { name: 'ended', isNew: true, run: (scene) => end(scene, (die) => pick(die, ENDS)) },
  { name: 'ended well', isNew: true, run: (scene) => end(scene, () => 'SUCCEEDED') },
  {
    name: 'forgotten by age',
    isNew: false,
    run: ({ tenant, die }) =>
      forgetOldest(tenant.data.reloads, 1 + die(3))
        .map(({ id }) => id)
        .join(', ') || undefined,
  },
  {
    name: 'forgotten before it ended',
    isNew: false,
    run(scene) {
      const [reload] = (scene.die(4) === 0 && some(scene, isUnderWay)) || [];
      if (reload) scene.tenant.data.reloads.delete(reload.id);
      return reload?.id;
    },
  },
];
