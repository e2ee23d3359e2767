import type { Item } from './items.ts';
import type { Reload } from './reloads.ts';
import type { RowList } from './row-list.ts';

/** The rest of the tenant, as far as a document needs it. */
export interface DocumentHost {
  readonly propertyPadding: number;
  /** The item that stands for the app now. */
  item(): Item | undefined;
  /** The document differs from how it was made. */
  keep(): void;
  /** Gives the app the time of an edit, or of the end of a reload. */
  moveApp(ms: number, end?: ReloadEnd): void;
  /** Of all apps. */
  readonly reloads: RowList<Reload>;
  /** A time later than all so far. */
  nextMs(): number;
}

/** Whether a reload has made the app's data anew, and when it ended. */
export interface ReloadEnd {
  isReloaded: boolean;
  reloadedMs: number;
}
