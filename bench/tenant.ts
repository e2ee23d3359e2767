import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { selfSigned } from '../src/simulator/self-signed.ts';
import type { SimulatedTenantOptions } from '../src/simulator/tenant.ts';
import type { Target } from './peer.ts';
import type { TenantActs } from './tenant-acts.ts';

const program = new URL('tenant-process.ts', import.meta.url).pathname;

/** Starts a simulated tenant; over TLS if there is a folder for its authority's certificate, which is made for it. */
export async function startTenant(size: Omit<SimulatedTenantOptions, 'tls'>, caFolder?: string): Promise<Tenant> {
  const caFile = caFolder && join(caFolder, 'authority.pem');
  const tls = caFile && selfSigned();
  if (tls) await writeFile(caFile, tls.cert);
  const child = fork(program, [JSON.stringify({ ...size, ...(tls && { tls }) })]);
  const [address] = await nextMessage(child);
  return new Tenant(child, { ...(address as Target), ...(caFile && { caFile }) });
}

/** A simulated tenant in a process of its own: what it takes is not what its reader takes. */
export class Tenant implements AsyncDisposable {
  readonly target: Target;
  #child: ChildProcess;

  constructor(child: ChildProcess, target: Target) {
    this.#child = child;
    this.target = target;
  }

  /** Has the tenant do something, one thing at a time. */
  async ask<Act extends keyof TenantActs>(act: Act, value?: number): Promise<ReturnType<TenantActs[Act]>> {
    this.#child.send({ act, value });
    const [answer] = await nextMessage(this.#child);
    return answer as ReturnType<TenantActs[Act]>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}

/** Rejects where the child has ended, or ends before it says anything. */
async function nextMessage(child: ChildProcess): Promise<unknown[]> {
  if (child.exitCode !== null || child.signalCode !== null) throw new Error('the simulated tenant has ended');
  const settled = new AbortController();
  const { signal } = settled;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('the simulated tenant ended');
  });
  return Promise.race([once(child, 'message', { signal }), ended]).finally(() => settled.abort());
}
