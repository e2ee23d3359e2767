import { DOUBTED_FROM } from '../support/sizes.ts';
import { isBySheet } from '../support/stream-tests.ts';
import { appIn, type Rows } from './model-rows.ts';

/** What a stream is about to find missing. */
export interface Finding {
  readonly stream: string;
  /** Rows that were delivered. */
  readonly known: Rows;
  readonly goal: Rows;
  /** Where it is read by app or space, those that are listed, and the sections that each has: sheets, or rows. */
  readonly partitions?: {
    readonly listed: ReadonlySet<string>;
    readonly sectionsIn: (partition: string) => ReadonlySet<string>;
  };
}

/** The rule of mass deletions: what a complete listing lacks is believed at once, or only if the next one lacks it too. */
export class Doubts {
  readonly #doubted = new Map<string, ReadonlySet<string>>();

  /** Whether sheets that an app lacks are doubted: it is looked at again soon. */
  isAbout(stream: string, appId: string): boolean {
    return (this.#doubted.get(`${stream} ${appId}`)?.size ?? 0) > 0;
  }

  /** The rows that are missing and yet to be kept. Asking again is the next sync. */
  kept({ stream, known, goal, partitions }: Finding): Map<string, string> {
    const keptBy = (group: string, nameOf: (key: string) => string, isThere: (name: string) => boolean) => {
      const waiting = this.#waiting(`${stream} ${group}`, new Set(known.keys().map(nameOf)), isThere);
      return known.entries().filter(([key]) => waiting.has(nameOf(key)));
    };
    if (!partitions)
      return new Map(
        keptBy(
          '',
          (key) => key,
          (key) => goal.has(key),
        ),
      );
    const kept = new Map(keptBy('', appIn, (id) => partitions.listed.has(id)));
    for (const partition of partitions.listed) {
      const sectionIn = (key: string) => (appIn(key) === partition ? sectionOf(key, known, stream) : '');
      const sections = partitions.sectionsIn(partition);
      for (const [key, row] of keptBy(partition, sectionIn, (id) => id === '' || sections.has(id))) kept.set(key, row);
    }
    return kept;
  }

  #waiting(group: string, names: ReadonlySet<string>, isThere: (name: string) => boolean): ReadonlySet<string> {
    const before = this.#doubted.get(group) ?? new Set();
    const surprising = new Set(names.values().filter((name) => !isThere(name) && !before.has(name)));
    const known = names.size - (names.has('') ? 1 : 0);
    const isDoubtful = known >= DOUBTED_FROM && surprising.size > known / 2;
    this.#doubted.set(group, isDoubtful ? surprising : new Set());
    return isDoubtful ? surprising : new Set();
  }
}

/** The sheet in a chart's row, '' where its column is not selected; any other row is a section of its own. */
function sectionOf(key: string, rows: Rows, stream: string): string {
  if (!isBySheet(stream)) return (JSON.parse(key) as string[])[1] as string;
  return (JSON.parse(rows.get(key) ?? '{}') as { sheetId?: string }).sheetId ?? '';
}
