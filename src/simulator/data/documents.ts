import { AppDocument } from './document.ts';
import type { DocumentHost, ReloadEnd } from './document-host.ts';
import { type DocumentFacts, makeObjects } from './document-maker.ts';
import type { Item } from './items.ts';
import type { Plan } from './plan.ts';
import type { Reload } from './reloads.ts';
import type { RowList } from './row-list.ts';
import type { Owner } from './sheets.ts';
import { iso, isoSeconds } from './timeline.ts';
import type { User } from './users.ts';

/** The lists that documents hang on. */
export interface DocumentsPlace {
  plan: Plan;
  users: RowList<User>;
  items: RowList<Item>;
  reloads: RowList<Reload>;
  itemOfApp(appId: string): Item | undefined;
}

/** The documents of all apps, each made when asked for; only those that were edited are kept when nobody holds them. */
export class Documents {
  /** How long charts' properties are: as long as real ones at 1, bare at 0, any multiple. */
  propertyPadding = 1;
  #place: DocumentsPlace;
  #edited = new Map<string, AppDocument>();
  #held = new Map<string, WeakRef<AppDocument>>();
  #lastMs: number;
  /** Those whom the documents name; a user who leaves later stays named in them. */
  #readers: Owner[];

  constructor(place: DocumentsPlace) {
    this.#place = place;
    this.#lastMs = place.plan.nowMs;
    const [admin, bot, third = bot] = place.users.all().take(3);
    this.#readers = [admin, bot, third].filter((user) => user !== undefined);
  }

  /** The app's document, if there is such an app. */
  get(appId: string): AppDocument | undefined {
    const item = this.#place.itemOfApp(appId);
    if (!item) return undefined;
    const known = this.#edited.get(appId) ?? this.#held.get(appId)?.deref();
    if (known) return known;
    const document = new AppDocument(
      appId,
      makeObjects(this.#factsOf(item)),
      this.#hostOf(appId, () => document),
    );
    this.#held.set(appId, new WeakRef(document));
    return document;
  }

  /** Whatever is edited from now on is edited later. */
  passTo(ms: number): void {
    this.#lastMs = Math.max(this.#lastMs, ms);
  }

  #hostOf(appId: string, document: () => AppDocument): DocumentHost {
    const documents = this;
    const item = () => this.#place.itemOfApp(appId);
    return {
      item,
      get propertyPadding() {
        return documents.propertyPadding;
      },
      keep: () => void this.#edited.set(appId, document()),
      nextMs: () => {
        const appMs = Date.parse(String(item()?.resourceAttributes.modifiedDate)) || 0;
        this.#lastMs = Math.max(this.#lastMs + 61_001, appMs + 1001);
        return this.#lastMs;
      },
      moveApp: (ms, end) => this.#moveApp(document().item, ms, end),
      reloads: this.#place.reloads,
    };
  }

  #moveApp({ id, resourceAttributes }: Item, ms: number, end?: ReloadEnd): void {
    const isChanged = end?.isReloaded !== false;
    this.#place.items.change(id, {
      ...{ resourceUpdatedAt: isoSeconds(ms), updatedAt: isoSeconds(ms) },
      ...(end && {
        resourceReloadEndTime: isoSeconds(ms - 1000),
        resourceReloadStatus: end.isReloaded ? 'ok' : 'failed',
      }),
      resourceAttributes: {
        ...resourceAttributes,
        ...(isChanged && { modifiedDate: iso(ms) }),
        ...(end?.isReloaded && { lastReloadTime: iso(end.reloadedMs) }),
      },
    });
  }

  #factsOf({ resourceId: appId, ownerId, resourceAttributes }: Item): DocumentFacts {
    const { plan } = this.#place;
    const attributes = resourceAttributes as Record<string, string>;
    const { owner = '', originAppId, usage, publishTime, createdDate, modifiedDate } = attributes;
    return {
      seed: plan.seed,
      appId,
      originId: originAppId || appId,
      sheets: plan.sheets,
      charts: plan.charts,
      isAnalytic: usage === undefined || usage === 'ANALYTICS' || usage === 'DIRECT_QUERY_MODE',
      isPublished: Boolean(publishTime),
      createdMs: Date.parse(createdDate ?? '') || plan.nowMs,
      modifiedMs: Date.parse(modifiedDate ?? '') || plan.nowMs,
      owner: { id: ownerId, subject: owner },
      readers: this.#readers,
    };
  }
}
