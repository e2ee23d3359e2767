import type { AppDocument } from '../../src/simulator/data/document.ts';
import type { ObjectMap } from '../../src/simulator/data/document-maker.ts';
import { NOW } from '../../src/simulator/data/timeline.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import type { TenantRow } from '../support/streams/editable-rows.ts';
import { appsOf } from '../support/streams/random-edit.ts';

/** A row that was deleted, and the list that it was in. */
interface Gone {
  readonly list: string;
  readonly row: TenantRow;
}

/** What a history remembers of its tenant, to bring it back or never to repeat it. */
export class Memory {
  /** Earlier versions of rows, by list and id. */
  readonly versions = new Map<string, TenantRow[]>();
  /** What was deleted and not restored yet. */
  readonly gone: Gone[] = [];
  /** What undoes the edits of the last step, the last one first to be undone. */
  readonly undo: (() => void)[] = [];
  /** Whole contents of apps as they once were. */
  readonly contents = new Map<string, ObjectMap[]>();
  readonly #tenant: SimulatedTenant;
  /** The simulator makes a document anew, from its item, once nobody holds it. */
  readonly #documents = new Map<string, AppDocument>();
  #count = 0;

  constructor(tenant: SimulatedTenant) {
    this.#tenant = tenant;
    this.documents();
  }

  /** A text that no row has had before. */
  text(): string {
    this.#count += 1;
    return `new ${this.#count}`;
  }

  /** A time in whole seconds that nothing has had before: after all else, or before it. */
  timeMs(where: 'forward' | 'back' = 'forward'): number {
    this.#count += 1;
    const days = where === 'forward' ? 40 : -2_000;
    return NOW + days * 86_400_000 + this.#count * 1_000;
  }

  number(): number {
    this.#count += 1;
    return this.#count;
  }

  /** The documents of the apps that there are. */
  documents(): AppDocument[] {
    const documents = appsOf(this.#tenant.data);
    for (const document of documents) this.#documents.set(document.appId, document);
    return documents;
  }

  /** Keeps a row as it is; that version comes back. */
  remember(list: string, row: TenantRow): TenantRow {
    const key = `${list} ${row.id}`;
    const version = structuredClone(row);
    this.versions.set(key, [...(this.versions.get(key) ?? []), version]);
    return version;
  }

  /** Takes a row from those that are gone, if it still is one of them. */
  takeBack(gone: Gone): boolean {
    const place = this.gone.indexOf(gone);
    if (place >= 0) this.gone.splice(place, 1);
    return place >= 0;
  }
}
