/** What one socket was used for. */
export interface Visit {
  appId: string;
  userId: string;
  /** Empty if the path names none. */
  identity: string;
  messages: number;
  /** How often the client went from no request in flight to some; exact where an answer takes longer than a wave of requests. */
  roundTrips: number;
  mostInFlight: number;
  /** The code that the socket was closed with; none while it is open. */
  closeCode?: number;
}

/** What a simulated engine was asked. */
export class EngineCounts {
  /** Upgrades asked for; refused ones too. */
  upgrades = 0;
  /** Upgrades refused in HTTP, by status. */
  refusals: Record<number, number> = {};
  /** Every socket, in the order of coming. */
  visits: Visit[] = [];
  /** OpenDoc that succeeded, all and those with data. */
  opens = 0;
  opensWithData = 0;
  sessionsOpen = 0;
  mostSessionsOpen = 0;
  messages = 0;
  methods: Record<string, number> = {};
  /** Errors answered, by code. */
  errors: Record<number, number> = {};
  /** GetLayout that computed something of the app, by the object's type. */
  layouts: Record<string, number> = {};
  /** GetLayout on lists of sheets, measures and the like. */
  listLayouts = 0;
  /** Requests that would have changed the app; none was granted. */
  writes = 0;
  /** Of messages, before compression. */
  bytesIn = 0;
  bytesOut = 0;

  /** The identities named, of all sockets. */
  get identities(): string[] {
    return this.visits.map(({ identity }) => identity);
  }

  /** The most requests that one socket had in flight. */
  get mostInFlight(): number {
    return Math.max(0, ...this.visits.map(({ mostInFlight }) => mostInFlight));
  }

  get roundTrips(): number {
    return this.visits.reduce((sum, { roundTrips }) => sum + roundTrips, 0);
  }

  /** Forgets all but the sessions that are open. */
  reset(): void {
    const { sessionsOpen } = this;
    Object.assign(this, new EngineCounts(), { sessionsOpen, mostSessionsOpen: sessionsOpen });
  }

  /** Counts a session that begins (1) or ends (-1). */
  session(step: 1 | -1): void {
    this.sessionsOpen += step;
    this.mostSessionsOpen = Math.max(this.mostSessionsOpen, this.sessionsOpen);
  }
}

/** Adds one to a count by name or number. */
export function addOne(counts: Record<string, number>, name: string | number): void {
  counts[name] = (Object.hasOwn(counts, name) ? (counts[name] as number) : 0) + 1;
}
