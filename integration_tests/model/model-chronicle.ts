import type { Json } from '../messages.ts';
import type { Settings } from './model-plan.ts';
import { type Rows, rowsByKey } from './model-rows.ts';

/** What there is to know of a stream of what has happened, beside the rows that a sync is shown. */
export interface Chronicle {
  /** All that the tenant holds, shown or not. */
  readonly all: Rows;
  /** What may be sent again though it does not differ. */
  readonly repeatable: ReadonlySet<string>;
}

interface Reading {
  readonly rows: readonly Json[];
  readonly columns: ReadonlySet<string> | undefined;
  readonly listed: ReadonlySet<string>;
  readonly isSplit: boolean;
}

/** Whether reloads are asked for app by app. */
export function isSplit(
  mayAskForAll: boolean,
  { include_personal_apps = true, exclude_spaces = [] }: Settings,
): boolean {
  return !mayAskForAll || !include_personal_apps || exclude_spaces.length > 0;
}

/** Follows what a source forgets of reloads: those of apps that it does not see for a while, and all where columns change. */
export class ChronicleModel {
  readonly #unseen = new Set<string>();
  #columns: ReadonlySet<string> | undefined;
  #isForgotten = false;

  /** What a sync is shown, and all that goes with it. */
  begin({ rows, columns, listed, isSplit }: Reading): { readonly shown: Json[]; readonly chronicle: Chronicle } {
    if (columns !== this.#columns) this.#isForgotten = true;
    this.#columns = columns;
    const appOf = ({ appId }: Json) => String(appId);
    if (isSplit) for (const row of rows) if (!listed.has(appOf(row))) this.#unseen.add(appOf(row));
    const repeated = rows.filter((row) => this.#isForgotten || this.#unseen.has(appOf(row)));
    const all = rowsByKey(rows, ['id'], columns);
    const repeatable = new Set(rowsByKey(repeated, ['id']).keys());
    return {
      shown: rows.filter((row) => !isSplit || listed.has(appOf(row))),
      chronicle: { all, repeatable },
    };
  }

  /** A sync has come to its end. */
  complete({ listed, isSplit }: Pick<Reading, 'listed' | 'isSplit'>): void {
    this.#isForgotten = false;
    if (!isSplit) this.#unseen.clear();
    else for (const appId of listed) this.#unseen.delete(appId);
  }
}
