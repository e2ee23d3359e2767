import { addOne, type EngineCounts } from './engine-counts.ts';
import type { EngineDials } from './engine-dials.ts';
import { EngineError } from './engine-error.ts';
import type { EngineFailure, EngineFaults } from './engine-faults.ts';
import type { EngineSession } from './engine-session.ts';
import { NOTHING } from './object-return.ts';
import { runMethod } from './run-method.ts';

/** What all sockets of an engine have in common. */
export interface EngineParts {
  dials: EngineDials;
  faults: EngineFaults;
  counts: EngineCounts;
}

/** A JSON-RPC request, as the engine takes it. */
export interface Request {
  method: string;
  id?: number | string;
  handle?: number;
  params?: unknown;
  delta?: boolean;
  return_empty?: boolean;
}

/** Answers the requests of one socket. */
export class Answers {
  /** Without one, every request is refused. */
  session: EngineSession | undefined;
  /** With this code. */
  refusal = 5;
  #parts: EngineParts;
  #lastTexts = new Map<string, string>();

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** The answer to a request, or what a fault puts in its place. */
  answer(request: Request, failure: EngineFailure = {}): Record<string, unknown> {
    const answer: Record<string, unknown> = { jsonrpc: '2.0', id: request.id ?? null };
    const { method, handle } = request;
    try {
      const result = this.#result(request, failure);
      const made = (result as { qReturn?: { qHandle?: number | null } | null } | null)?.qReturn?.qHandle;
      if ((method === 'OpenDoc' || method === 'CreateSessionObject') && made) answer.change = [made];
      if (!this.#parts.dials.delta || !request.delta) return { ...answer, result };
      return { ...answer, result: this.#patches(`${handle} ${method}`, result), delta: true };
    } catch (error) {
      return { ...answer, error: this.refuse(error) };
    }
  }

  /** How a refusal is told. Counts it. */
  refuse(error: unknown): object {
    const { code, parameter, message } =
      error instanceof EngineError ? error : new EngineError(-32603, '', String(error));
    addOne(this.#parts.counts.errors, code);
    return { code, parameter, message };
  }

  #result({ method, handle, params, return_empty }: Request, failure: EngineFailure): object {
    if (failure.error !== undefined) throw new EngineError(failure.error, failure.parameter, failure.message);
    if ('result' in failure) return failure.result as object;
    if (failure.gone) return { qReturn: NOTHING };
    const { session } = this;
    if (!session) throw new EngineError(this.refusal);
    const target = session.targetOf(handle);
    if (!target) throw new EngineError(-32602, 'handle');
    const asked = { session, target, dials: this.#parts.dials, returnEmpty: return_empty === true };
    const result = runMethod(asked, method, params);
    const { counts } = this.#parts;
    if (method === 'OpenDoc') counts.opens++;
    if (method === 'OpenDoc' && session.mode === 'data') counts.opensWithData++;
    if (method === 'GetLayout' && target.kind === 'SessionObject') counts.listLayouts++;
    if (method === 'GetLayout' && target.kind === 'StoredObject')
      addOne(counts.layouts, session.document.objects.get(target.id)?.properties.qInfo.qType ?? '');
    return result;
  }

  /** What changed since the same was last asked, each part of the result as a list of patches. */
  #patches(name: string, result: object): object {
    const patches = Object.entries(result).map(([part, value]) => {
      const text = JSON.stringify(value);
      const key = `${name} ${part}`;
      const last = this.#lastTexts.get(key);
      this.#lastTexts.set(key, text);
      if (last === text) return [part, []];
      return [part, [{ op: last === undefined ? 'add' : 'replace', path: '/', value }]];
    });
    return Object.fromEntries(patches);
  }
}
