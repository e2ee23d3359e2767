/** What a simulated tenant was asked. */
export class Counts {
  calls = 0;
  /** Calls by endpoint, such as `/api/v1/users/{id}`; a path that is none counts as itself. */
  paths: Record<string, number> = {};
  /** Answers by status; 0 are those that were cut off before it, or never given. */
  statuses: Record<number, number> = {};
  /** The most calls that waited for the end of their answer at one time. */
  mostInFlight = 0;
  socketsOpened = 0;
  /** Calls by another method than GET, token requests apart. */
  writes = 0;
  tokenRequests = 0;
  /** Host headers seen. */
  hosts = new Set<string>();
  /** Authorization headers seen. */
  authorizations = new Set<string>();
  #inFlight = 0;

  /** Forgets all but the calls in flight. */
  reset(): void {
    const fresh = new Counts();
    fresh.mostInFlight = this.#inFlight;
    Object.assign(this, fresh);
  }

  /** Counts a call as it comes in. */
  begin(path: string, call: { method: string; host: string | undefined; authorization: string | undefined }): void {
    this.calls++;
    this.paths[path] = (this.paths[path] ?? 0) + 1;
    this.#inFlight++;
    this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight);
    if (path === TOKEN_PATH) this.tokenRequests++;
    else if (call.method !== 'GET') this.writes++;
    if (call.host) this.hosts.add(call.host);
    if (call.authorization) this.authorizations.add(call.authorization);
  }

  /** Counts how it ended. */
  end(status: number): void {
    this.#inFlight--;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
  }
}

/** Where OAuth clients get their tokens. */
export const TOKEN_PATH = '/oauth/token';
