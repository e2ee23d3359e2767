import type { AppDocument } from '../data/document.ts';
import type { Change } from '../data/document-edits.ts';
import type { Properties } from '../data/stored-object.ts';
import type { EngineDials } from './engine-dials.ts';

/** What a handle stands for. */
export type Target = { kind: 'Global' } | { kind: 'Doc' } | StoredTarget | SessionTarget;

/** An object of the app. */
export interface StoredTarget {
  kind: 'StoredObject';
  id: string;
}

/** An object of the session. */
export interface SessionTarget {
  kind: 'SessionObject';
  id: string;
  properties: Properties;
}

/** Who uses an app: the same user and identity share one session. */
export interface SessionKey {
  appId: string;
  userId: string;
  identity: string;
}

/** Handles whose layout is stale, and handles that are no more. */
export interface Push {
  change: number[];
  close: number[];
}

const GLOBAL_HANDLE = -1;

/** The engine's side of one user's use of one app, whatever the number of sockets. */
export class EngineSession {
  readonly key: SessionKey;
  readonly document: AppDocument;
  /** How the app was opened, if it was. */
  mode: 'data' | 'noData' | undefined;
  /** Whoever is to hear of changes: one a socket. */
  readonly listeners = new Set<(push: Push) => void>();
  /** Ends the session when it has lain without a socket for its time to live. */
  expiry: NodeJS.Timeout | undefined;
  #dials: EngineDials;
  #targets = new Map<number, Target>();
  #handles = new Map<string, number>();
  #nextHandle = 1;
  #unwatch: () => void;

  constructor(key: SessionKey, document: AppDocument, dials: EngineDials) {
    this.key = key;
    this.document = document;
    this.#dials = dials;
    this.#unwatch = document.watch((change) => this.#hear(change));
  }

  /** The user whose view of the app it is; undefined sees all. */
  get viewer(): string | undefined {
    return this.#dials.privateSheets === 'all' ? undefined : this.key.userId;
  }

  get hasData(): boolean {
    return this.mode === 'data' && this.document.item.resourceAttributes.lastReloadTime !== '';
  }

  end(): void {
    clearTimeout(this.expiry);
    this.#unwatch();
  }

  /** What a handle stands for now. */
  targetOf(handle: unknown): Target | undefined {
    if (handle === GLOBAL_HANDLE) return { kind: 'Global' };
    return typeof handle === 'number' ? this.#targets.get(handle) : undefined;
  }

  /** The handle of an object: one and the same, however often it is asked for. */
  handleOf(target: Target): number {
    const known = this.#handles.get(nameOf(target));
    const handle = known ?? this.#nextHandle++;
    this.#handles.set(nameOf(target), handle);
    this.#targets.set(handle, target);
    return handle;
  }

  /** Forgets a handle. */
  drop(handle: number): void {
    const target = this.#targets.get(handle);
    if (target) this.#handles.delete(nameOf(target));
    this.#targets.delete(handle);
  }

  /** The session objects, and their handles. */
  *sessionObjects(): Generator<[number, SessionTarget]> {
    for (const [handle, target] of this.#targets) if (target.kind === 'SessionObject') yield [handle, target];
  }

  #hear({ changed, gone }: Change): void {
    const handles = (ids: string[]) =>
      [...this.#targets].filter(([, target]) => 'id' in target && ids.includes(target.id)).map(([handle]) => handle);
    const push = { change: handles(changed), close: handles(gone) };
    for (const handle of push.close) this.drop(handle);
    if (push.change.length || push.close.length) for (const listener of this.listeners) listener(push);
  }
}

function nameOf(target: Target): string {
  return 'id' in target ? `${target.kind} ${target.id}` : target.kind;
}
