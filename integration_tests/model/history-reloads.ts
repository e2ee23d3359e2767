import { type Die, pick } from '../../src/simulator/data/dice.ts';
import type { AppDocument } from '../../src/simulator/data/document.ts';
import { type EndStatus, forgetOldest, isUnderWay, type Reload } from '../../src/simulator/data/reloads.ts';
import type { Edit, EditContext } from './history-lists.ts';

const ENDS: readonly EndStatus[] = ['SUCCEEDED', 'FAILED', 'CANCELED', 'EXCEEDED_LIMIT'];

/** Some reload of an app that there is, and the app. */
function some({ tenant, memory, die }: EditContext, fits: (reload: Reload) => boolean) {
  const documents = new Map(memory.documents().map((document) => [document.appId, document]));
  const found = [...tenant.data.reloads.all()].flatMap((reload): [Reload, AppDocument][] => {
    const document = documents.get(reload.appId);
    return document && fits(reload) ? [[reload, document]] : [];
  });
  return found.length > 0 ? pick(die, found) : undefined;
}

function end(context: EditContext, status: (die: Die) => EndStatus): string | undefined {
  const [reload, document] = some(context, isUnderWay) ?? [];
  if (!reload || !document) return undefined;
  const ended = status(context.die);
  document.reloads.end(reload.id, ended);
  return `${reload.id} ${ended}`;
}

/** What may happen to reloads. */
export const reloadEdits: readonly Edit<EditContext>[] = [
  {
    name: 'queued',
    run({ memory, die }) {
      const documents = memory.documents();
      return documents.length > 0 ? pick(die, documents).reloads.queue() : undefined;
    },
  },
  {
    name: 'begun',
    run(context) {
      const [reload, document] = some(context, ({ status }) => status === 'QUEUED') ?? [];
      if (reload) document?.reloads.begin(reload.id);
      return reload?.id;
    },
  },
  {
    name: 'being cancelled',
    run(context) {
      const { tenant, memory } = context;
      const [reload] = some(context, ({ status }) => status === 'RELOADING') ?? [];
      if (!reload) return undefined;
      const { id } = reload;
      tenant.data.reloads.change(id, { status: 'CANCELING' });
      memory.undo.push(() => {
        if (tenant.data.reloads.get(id)?.status === 'CANCELING')
          tenant.data.reloads.change(id, { status: 'RELOADING' });
      });
      return id;
    },
  },
  { name: 'ended', run: (context) => end(context, (die) => pick(die, ENDS)) },
  { name: 'ended well', run: (context) => end(context, () => 'SUCCEEDED') },
  {
    name: 'forgotten by age',
    run: ({ tenant, die }) =>
      forgetOldest(tenant.data.reloads, 1 + die(3))
        .map(({ id }) => id)
        .join(', ') || undefined,
  },
  {
    name: 'forgotten before it ended',
    run(context) {
      const [reload] = (context.die(4) === 0 && some(context, isUnderWay)) || [];
      if (reload) context.tenant.data.reloads.delete(reload.id);
      return reload?.id;
    },
  },
];
