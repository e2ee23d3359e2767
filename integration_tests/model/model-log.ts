import type { Json } from '../support/messages.ts';
import type { Settings } from './model-plan.ts';
import { rowsByKey } from './model-rows.ts';

/** What there is to know of a stream of what has happened, beside the rows that a sync is shown. */
export interface LogOutcome {
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
  { include_personal_apps = true, include_spaces = [], exclude_spaces = [] }: Settings,
): boolean {
  return !mayAskForAll || !include_personal_apps || include_spaces.length > 0 || exclude_spaces.length > 0;
}

/** Follows what a source knows of reloads: where other columns are chosen, nothing until it has read them all. */
export class LogModel {
  #columns: ReadonlySet<string> | undefined;
  #knowsNothing = false;

  /** What a sync is shown, and all that goes with it. */
  begin({ rows, columns, listed, isSplit }: Reading): { readonly shown: Json[]; readonly log: LogOutcome } {
    if (columns !== this.#columns) this.#knowsNothing = true;
    this.#columns = columns;
    const shown = rows.filter(({ appId }) => !isSplit || listed.has(String(appId)));
    const repeatable = new Set(this.#knowsNothing ? rowsByKey(rows, ['id']).keys() : []);
    return { shown, log: { repeatable } };
  }

  /** A sync has come to its end. */
  complete(): void {
    this.#knowsNothing = false;
  }
}
