import { TenantError } from './error.ts';

/** Counts calls, and ends them when they are enough. */
export class Budget {
  readonly calls: number;
  rest = 0;
  apps = 0;
  messages = 0;

  constructor(calls: number) {
    this.calls = calls;
  }

  get spent(): number {
    return this.rest + this.apps + this.messages;
  }

  /** Throws a `TenantError` when none is left. */
  spend(kind: 'rest' | 'apps' | 'messages', count = 1): void {
    if (this.spent + count > this.calls) {
      const said = `All ${this.calls} calls of the probe are made.`;
      throw new TenantError('config_error', said, { code: 'BUDGET-SPENT' });
    }
    this[kind] += count;
  }
}
