import { appIn, type Rows } from './model-rows.ts';

const FEWEST = 20;

/** What a stream is about to find missing. */
export interface Finding {
  readonly stream: string;
  /** Rows that were delivered. */
  readonly known: Rows;
  readonly goal: Rows;
  /** Whether the table is one of rows in apps; then those that are listed, and the sheets that each has. */
  readonly apps?: { readonly listed: ReadonlySet<string>; readonly sheetsIn: (appId: string) => ReadonlySet<string> };
}

/** The rule of mass deletions: what a complete listing lacks is believed at once, or only if the next one lacks it too. */
export class Doubts {
  readonly #doubted = new Map<string, ReadonlySet<string>>();

  /** Whether sheets that an app lacks are doubted: it is looked at again soon. */
  isAbout(stream: string, appId: string): boolean {
    return (this.#doubted.get(`${stream} ${appId}`)?.size ?? 0) > 0;
  }

  /** The rows that are missing and yet to be kept. Asking again is the next sync. */
  kept({ stream, known, goal, apps }: Finding): Map<string, string> {
    const keptBy = (group: string, nameOf: (key: string) => string, isThere: (name: string) => boolean) => {
      const waiting = this.#waiting(`${stream} ${group}`, new Set(known.keys().map(nameOf)), isThere);
      return known.entries().filter(([key]) => waiting.has(nameOf(key)));
    };
    if (!apps)
      return new Map(
        keptBy(
          '',
          (key) => key,
          (key) => goal.has(key),
        ),
      );
    const kept = new Map(keptBy('', appIn, (appId) => apps.listed.has(appId)));
    for (const appId of apps.listed) {
      const sheetIn = (key: string) => (appIn(key) === appId ? sheetOf(key, known, stream) : '');
      const sheets = apps.sheetsIn(appId);
      for (const [key, row] of keptBy(appId, sheetIn, (id) => id === '' || sheets.has(id))) kept.set(key, row);
    }
    return kept;
  }

  #waiting(group: string, names: ReadonlySet<string>, isThere: (name: string) => boolean): ReadonlySet<string> {
    const before = this.#doubted.get(group) ?? new Set();
    const surprising = new Set(names.values().filter((name) => !isThere(name) && !before.has(name)));
    const known = names.size - (names.has('') ? 1 : 0);
    const isDoubtful = known >= FEWEST && surprising.size > known / 2;
    this.#doubted.set(group, isDoubtful ? surprising : new Set());
    return isDoubtful ? surprising : new Set();
  }
}

/** The sheet in a chart's row, or in a sheet's own key; '' where its column is not selected. */
function sheetOf(key: string, rows: Rows, stream: string): string {
  if (stream === 'sheets') return (JSON.parse(key) as string[])[1] as string;
  return (JSON.parse(rows.get(key) ?? '{}') as { sheetId?: string }).sheetId ?? '';
}
