/** What goes wrong. */
export interface EngineFailure {
  /** The upgrade is refused with this status. */
  http?: number;
  headers?: Record<string, string>;
  body?: string;
  /** OnConnected says this; whatever is asked then is refused. */
  sessionState?: string;
  /** The socket is closed with this code: 1005 is one without a code, 1006 a reset. */
  close?: number;
  /** Of the close; JSON with a QEP code for 42xx, unless given. */
  reason?: string;
  /** The request is answered with this code. */
  error?: number;
  message?: string;
  parameter?: string;
  /** The object is not found: a handle of null. */
  gone?: true;
  /** The engine drops the object asked, tells so, and does not answer. */
  dropsHandle?: true;
  /** In place of the result. */
  result?: unknown;
  /** Never an answer (or never an OnConnected); all else goes on. */
  silent?: true;
  /** Nothing comes any more, and nothing is read; the socket stays. */
  halfOpen?: true;
  /** The answer is not JSON. */
  garbled?: true;
  /** The answer is a binary frame. */
  binary?: true;
  /** The answer is as long as this, by blanks. */
  oversizeBytes?: number;
  /** This comes first. */
  notification?: { method: string; params: object };
}

/** The moments at which something may go wrong: the upgrade, instead of OnConnected, right after it, on a request. */
type Moment = 'upgrade' | 'connect' | 'connected' | 'request';

/** What goes wrong where, how often, and how. */
export interface EngineFault extends EngineFailure {
  /** By default `upgrade` for what is said in HTTP, `request` where a method, an object or an error is named, else `connect`. */
  at?: Moment;
  /** Ids of apps; all, unless given. */
  app?: string | readonly string[];
  method?: string;
  /** Of the object asked, or asked for. */
  object?: string;
  /** How many times; always, unless given. */
  times?: number;
  /** Let that many pass first. */
  after?: number;
  /** That much later; on its own, with nothing else wrong. */
  delayMs?: number;
}

/** What a fault is held against. */
export interface Occasion {
  at: Moment;
  appId: string;
  method?: string;
  objectIds?: readonly string[];
}

/** Adds what can go wrong between a client and the engine: refusals, closed sockets, errors, damaged answers. */
export class EngineFaults {
  /** Takes each message and gives what is sent in its place, as a text frame; bytes need not be UTF-8. */
  mutate: ((text: string, appId: string) => string | Buffer) | undefined;
  #faults: { fault: EngineFault; seen: number }[] = [];
  #struck = new Map<EngineFault, number>();

  /** Adds a fault; the answer removes it. Of several that fit, the first holds. */
  add(fault: EngineFault): () => void {
    const entry = { fault, seen: 0 };
    this.#faults.push(entry);
    return () => {
      this.#faults = this.#faults.filter((other) => other !== entry);
    };
  }

  /** Nothing goes wrong any more. */
  clear(): void {
    this.#faults = [];
    this.#struck.clear();
    this.mutate = undefined;
  }

  /** The fault that holds on this occasion, if one does; counts it. */
  strike(occasion: Occasion): EngineFault | undefined {
    for (const entry of this.#faults) {
      const { fault } = entry;
      if (!concerns(fault, occasion)) continue;
      const turn = entry.seen++ - (fault.after ?? 0);
      if (turn >= 0 && turn < (fault.times ?? Number.POSITIVE_INFINITY)) {
        this.#struck.set(fault, this.struck(fault) + 1);
        return fault;
      }
    }
    return undefined;
  }

  /** How often a fault has held since it was added. */
  struck(fault: EngineFault): number {
    return this.#struck.get(fault) ?? 0;
  }
}

function concerns(fault: EngineFault, { at, appId, method, objectIds = [] }: Occasion): boolean {
  if (momentOf(fault) !== at) return false;
  if (fault.app !== undefined && ![fault.app].flat().includes(appId)) return false;
  if (fault.method !== undefined && fault.method !== method) return false;
  return fault.object === undefined || objectIds.includes(fault.object);
}

function momentOf(fault: EngineFault): Moment {
  const { at, http, method, object, error, gone, dropsHandle } = fault;
  if (at) return at;
  if (http !== undefined) return 'upgrade';
  const isOfRequest = method !== undefined || object !== undefined || error !== undefined || gone || dropsHandle;
  return isOfRequest ? 'request' : 'connect';
}
