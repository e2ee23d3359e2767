import { afterEach, expect, test, vi } from 'vitest';
import type { ConfiguredStream } from '../protocol/catalog.ts';
import type { JsonObject } from '../protocol/messages.ts';
import { type Act, Judge } from './judge.ts';
import { dice } from './library.ts';
import { type Line, recordsOf, statesOf } from './lines.ts';
import { type Honesty, LivingLibrary } from './living-library.ts';
import { type Fault, Journal, livingSource, type Turn } from './living-source.ts';
import { NAMES } from './shelves.ts';
import { deliver } from './warehouse.ts';

const STEPS = Number(process.env.MODEL_STEPS ?? 96);
const SEED = Number(process.env.MODEL_SEED ?? 201);
const STEPS_EACH = 16;
const HOUR_MS = 3_600_000;

afterEach(() => vi.useRealTimers());

class History {
  readonly #honesty: Honesty;
  readonly #roll: (limit: number) => number;
  readonly #delayRoll: (limit: number) => number;
  readonly #library: LivingLibrary;
  readonly #judge: Judge;
  #nowMs = Date.UTC(2026, 0, 1);
  #latestMs = this.#nowMs;

  constructor(honesty: Honesty, seed: number) {
    this.#honesty = honesty;
    this.#roll = dice(seed);
    this.#delayRoll = dice(seed + 1_000_000);
    this.#library = new LivingLibrary(honesty, this.#roll, (...book) => this.#judge.knows(...book));
    this.#judge = new Judge(this.#library);
  }

  async step(): Promise<void> {
    this.#happen();
    const isDue = this.#moveClock();
    const journal = new Journal();
    const turn = this.#turn();
    const configured = this.#configured();
    const mayKill = !this.#judge.isGuardNear && this.#roll(3) === 0;
    const delivery = {
      configured,
      saved: this.#judge.states,
      stateIntervalMs: this.#roll(2) === 0 ? 0 : 10_000,
      stopAfter: mayKill && this.#roll(2) === 0 ? 1 + this.#roll(80) : Number.POSITIVE_INFINITY,
      isSlow: this.#roll(4) === 0,
    };
    const { lines, isStopped } = await deliver(livingSource(this.#library, turn, journal), delivery);
    const isCut = mayKill && delivery.stopAfter === Number.POSITIVE_INFINITY;
    const printed = isCut ? lines.slice(0, this.#cut(lines)) : lines;
    this.#judge.judge({ configured, turn, journal, lines: printed, isKilled: isCut || isStopped, isDue });
    this.#library.startAgain();
    for (const [place, { kind }] of journal.faults) {
      const shelf = place.split(' ')[0] ?? '';
      if (kind === 'out') this.#library.reopen(shelf);
      else if (this.#roll(2) === 0) this.#library.restore(shelf);
    }
  }

  /** Reads everything twice, without any trouble; then there is nothing left to send, or to visit, but for a trial of one that is locked. */
  async finish(): Promise<void> {
    await this.#readAll(25 * HOUR_MS);
    this.#library.bringAllBack();
    await this.#readAll(25 * HOUR_MS);
    const { journal, lines } = await this.#readAll(1);
    expect(lines.filter(({ type }) => type === 'RECORD')).toEqual([]);
    const locked = [...this.#library.shelves].flatMap(([id, { isLocked }]) => (isLocked ? [id] : []));
    if (this.#honesty === 'silent') return;
    expect(locked).toEqual(expect.arrayContaining(journal.opened));
    expect(journal.opened.length).toBe(Math.min(locked.length, 1));
  }

  async #readAll(laterMs: number): Promise<Act> {
    const turn = { ...this.#turn(), broken: new Map(), faults: new Map() };
    const configured = NAMES.map((name): ConfiguredStream => ({ name, syncMode: 'incremental' }));
    const journal = new Journal();
    this.#latestMs += laterMs;
    vi.setSystemTime(this.#latestMs);
    const delivery = {
      saved: this.#judge.states,
      stateIntervalMs: 10_000,
      stopAfter: Number.POSITIVE_INFINITY,
      isSlow: false,
    };
    const { lines } = await deliver(livingSource(this.#library, turn, journal), { configured, ...delivery });
    const act = { configured, turn, journal, lines, isKilled: false, isDue: laterMs > HOUR_MS };
    this.#judge.judge(act);
    return act;
  }

  /** Where a killed program's output ends: rather behind a record than elsewhere. */
  #cut(lines: readonly Line[]): number {
    const records = lines.flatMap(({ type }, index) => (type === 'RECORD' ? [index + this.#roll(2)] : []));
    return (
      (this.#roll(4) > 0 ? records[this.#roll(Math.max(records.length, 1))] : undefined) ?? this.#roll(lines.length)
    );
  }

  #happen(): void {
    for (let count = this.#roll(8); count > 0; count -= 1) this.#library.happen();
    if (this.#roll(6) === 0) this.#library.vanish(this.#roll(2) === 0);
    if (this.#roll(10) === 0) this.#library.bringAllBack();
  }

  /** Whether all shelves are due. The clock may go back. */
  #moveClock(): boolean {
    const isDue = this.#roll(4) === 0;
    const isBack = !isDue && this.#roll(4) === 0;
    if (isDue) this.#nowMs = this.#latestMs + 25 * HOUR_MS;
    else this.#nowMs += isBack ? -this.#roll(72 * HOUR_MS) : this.#roll(3) * this.#roll(4 * HOUR_MS);
    this.#latestMs = Math.max(this.#latestMs, this.#nowMs);
    vi.setSystemTime(this.#nowMs);
    return isDue;
  }

  #configured(): ConfiguredStream[] {
    const selected = NAMES.filter(() => this.#roll(3) > 0);
    const names = selected.length > 0 ? selected : NAMES;
    return names
      .toSorted(() => this.#roll(3) - 1)
      .map((name) => ({ name, syncMode: this.#roll(6) === 0 ? 'full_refresh' : 'incremental' }));
  }

  #turn(): Turn {
    const roll = this.#roll;
    const isBroken = roll(4) === 0;
    const faults = new Map<string, Fault>();
    const hasFaults = roll(3) === 0;
    for (const [id, shelf] of hasFaults ? this.#library.shelves : []) {
      for (const name of ['books', 'notes'] as const) {
        if (roll(this.#library.changed.has(id) ? 2 : 10) > 0) continue;
        const at = (['contents', 'shared'] as const)[roll(6)] ?? roll(shelf[name].size + 1);
        const kind = (['out', 'ends'] as const)[roll(8)] ?? 'fails';
        faults.set(`${id} ${name}`, { at, kind });
      }
    }
    const slowness = roll(4);
    return {
      broken: new Map(isBroken ? [[NAMES[roll(2)] ?? '', roll(40)]] : []),
      faults,
      isRepetitive: roll(4) === 0,
      delay: () => (slowness === 0 ? 0 : this.#delayRoll(slowness + 1)),
      concurrency: 1 + roll(5),
      rereadAfterDays: { honest: 3_650, silent: 0, lazy: 1 }[this.#honesty],
    };
  }
}

const histories = Array.from({ length: Math.ceil(STEPS / STEPS_EACH) }, (_, index) => SEED + index);

test.each(histories)(
  'the warehouse equals the library after every sync: history %i',
  async (seed) => {
    const honesty = (['honest', 'lazy', 'honest', 'silent'] as const)[seed % 4] ?? 'honest';
    const history = new History(honesty, seed);
    for (let step = 0; step < STEPS_EACH; step += 1) {
      await history.step().catch((error: unknown) => {
        throw new Error(
          `history ${seed} (${honesty}), step ${step}: ${error instanceof Error ? error.message : error}`,
        );
      });
    }
    await history.finish();
  },
  60_000,
);

test('a full refresh that is killed anywhere and taken up again delivers everything, finished shelves only once', async () => {
  const library = new LivingLibrary('honest', dice(SEED));
  const turn: Turn = {
    broken: new Map(),
    faults: new Map(),
    isRepetitive: false,
    delay: () => 0,
    concurrency: 3,
    rereadAfterDays: 1,
  };
  const refresh = async (saved: ReadonlyMap<string, JsonObject>) => {
    const configured: ConfiguredStream[] = [{ name: 'books', syncMode: 'full_refresh' }];
    const delivery = { configured, saved, stateIntervalMs: 0, stopAfter: Number.POSITIVE_INFINITY, isSlow: false };
    return (await deliver(livingSource(library, turn, new Journal()), delivery)).lines;
  };
  const keysOf = (lines: readonly Line[]) =>
    recordsOf([...lines], 'books').map(({ shelfId, id }) => JSON.stringify([shelfId, id]));
  const lines = await refresh(new Map());
  const truth = [...library.truth('books').keys()].toSorted();
  expect(keysOf(lines).toSorted()).toEqual(truth);
  for (let end = 0; end <= lines.length; end += 1 + Math.floor(lines.length / 12)) {
    const before = lines.slice(0, end);
    const state = statesOf(before, 'books').at(-1)?.stream.stream_state;
    const covered = keysOf(before.slice(0, before.findLastIndex(({ type }) => type === 'STATE') + 1));
    const after = keysOf(await refresh(new Map(state ? [['books', state]] : [])));
    expect([...new Set([...covered, ...after])].toSorted()).toEqual(truth);
    expect(after.length).toBeLessThanOrEqual(truth.length);
  }
});
