import type { VisitSchedule } from '../ledger/visit-schedule.ts';
import type { Partition } from './partition-list.ts';
import { hasOwnPermission } from './refusals.ts';
import type { SelectedWalker } from './selected-stream.ts';

// Partitions of a group refuse for the same reason as a rule, and let everybody in as soon as that is gone. So one of each group is
// tried at every sync: if it lets the streams in, the others of its group are visited too, in the same sync.

/** Groups that are tried in one sync, for streams that share a permission. The others have their turn in the next one. */
const MOST_GROUPS = 20;

/** One visit to find out whether a group still refuses. */
interface Trial<Visit> {
  readonly partition: Partition<Visit>;
  /** Of the streams that it refuses: all that share a permission, or one that has its own. */
  readonly schedules: readonly VisitSchedule[];
  /** All partitions of the group that refuse these streams. */
  readonly refused: readonly Partition<Visit>[];
}

/** Chooses which partitions are tried, and has them visited. `conclude` is to be called when they were. */
export function planTrials<Visit>(
  partitions: readonly Partition<Visit>[],
  walkers: readonly SelectedWalker<Visit>[],
): { readonly tried: ReadonlySet<Partition<Visit>>; conclude(): void } {
  const shared = walkers.filter((walker) => !hasOwnPermission(walker));
  const permissions = [shared, ...walkers.filter(hasOwnPermission).map((walker) => [walker])];
  const trials = permissions.flatMap((some) =>
    trialsFor(
      partitions,
      some.map(({ reader }) => reader.schedule),
    ),
  );
  const tried = new Set(trials.map(({ partition }) => partition));
  // Whatever is refused there is tried, so that no second visit is needed.
  for (const { id } of tried) for (const { reader } of walkers) reader.schedule.retry(id);
  return {
    tried,
    conclude() {
      for (const { partition, schedules, refused } of trials) {
        if (schedules.some((schedule) => schedule.isRefused(partition.id))) continue;
        const others = refused.filter((other) => !tried.has(other));
        for (const schedule of schedules) for (const { id } of others) schedule.retry(id);
      }
    },
  };
}

/** A trial for each group, as many as are tried; none where all of a group is visited anyway. */
function trialsFor<Visit>(
  partitions: readonly Partition<Visit>[],
  schedules: readonly VisitSchedule[],
): readonly Trial<Visit>[] {
  const refused = partitions.filter(({ id }) => schedules.some((schedule) => schedule.isRefused(id)));
  const groups = [...Map.groupBy(refused, ({ group }) => group ?? null).values()].map((all) => {
    const { due = [], idle = [] } = Object.groupBy(all, (one) =>
      schedules.some((schedule) => schedule.isBehind(one)) ? 'due' : 'idle',
    );
    return { all, due, idle };
  });
  // Where one of them is visited anyway, that is the trial.
  const anyway = groups.flatMap(({ all, due: [first], idle }) => (first && idle.length > 0 ? [{ first, all }] : []));
  const triedAtMs = ({ id }: Partition<Visit>) => Math.max(...schedules.map((one) => one.triedAtMs(id) ?? 0));
  const inTurn = groups.flatMap(({ all, due, idle }) => {
    if (due.length > 0) return [];
    const byTime = idle.map((one) => ({ one, ms: triedAtMs(one) })).sort((a, b) => a.ms - b.ms);
    const [oldest, latest] = [byTime[0], byTime.at(-1)];
    return oldest && latest ? [{ first: oldest.one, all, lastTriedAtMs: latest.ms }] : [];
  });
  // Those that were tried longest ago.
  const some = inTurn.sort((a, b) => a.lastTriedAtMs - b.lastTriedAtMs).slice(0, MOST_GROUPS);
  return [...anyway, ...some].map(({ first, all }) => ({ partition: first, schedules, refused: all }));
}
