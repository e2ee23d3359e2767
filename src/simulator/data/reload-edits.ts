import type { DocumentHost } from './document-host.ts';
import { type EndStatus, ending, type Reload } from './reloads.ts';
import { iso } from './timeline.ts';

/** How the reloads of an app go, by their ids; each step takes its time, unless that is given. */
export class ReloadEdits {
  #appId: string;
  #host: DocumentHost;

  constructor(appId: string, host: DocumentHost) {
    this.#appId = appId;
    this.#host = host;
  }

  /** Somebody asks for a reload. Returns its id. */
  queue(given: Partial<Reload> = {}, ms = this.#host.nextMs()): string {
    return this.#host.reloads.add({ appId: this.#appId, creationTime: iso(ms), ...given }).id;
  }

  /** The reload's turn has come. */
  begin(id: string, ms = this.#host.nextMs()): void {
    this.#host.reloads.change(id, { status: 'RELOADING', startTime: iso(ms) });
  }

  /** The reload ends. The app's times tell of it, and those of its data where it has got new. */
  end(id: string, status: EndStatus = 'SUCCEEDED', ms = this.#host.nextMs()): void {
    // Made anew, the app would be made from the new times.
    this.#host.keep();
    const reloadedMs = ms - 1142;
    this.#host.reloads.change(id, ending(status, reloadedMs));
    this.#host.moveApp(ms, { isReloaded: status === 'SUCCEEDED', reloadedMs });
  }

  /** From its queueing to its end. Returns its id. */
  run(status: EndStatus = 'SUCCEEDED'): string {
    const ms = this.#host.nextMs();
    const id = this.queue({}, ms - 31_000);
    this.begin(id, ms - 30_000);
    this.end(id, status, ms);
    return id;
  }
}
