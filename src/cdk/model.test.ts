import { afterEach, expect, test, vi } from 'vitest';
import type { ConfiguredStream } from './catalog.ts';
import { type Honesty, LivingLibrary } from './invented-history.ts';
import { type Fault, isWalker, Journal, livingSource, NAMES, type Name, type Turn } from './invented-shelves.ts';
import { dice, type Line, statuses } from './invented-source.ts';
import { arrivalOf, Belief, deliver, difference, Warehouse } from './invented-warehouse.ts';
import type { JsonObject } from './messages.ts';

const STEPS = Number(process.env.MODEL_STEPS ?? 160);
const SEED = Number(process.env.MODEL_SEED ?? 1);
const STEPS_EACH = 16;
const HOUR_MS = 3_600_000;

afterEach(() => vi.useRealTimers());

/** What is expected of a row: sent if it differs, sent or not if it differs, not sent, or nothing at all. */
type Rule = 'exact' | 'some' | 'none' | 'any';

/** What is known of a stream's guard against mass deletions. */
interface Guard {
  doubted: ReadonlySet<string>;
  scope: number | undefined;
  /** Whether a kill has left it open which scope was judged last. */
  isUnsure: boolean;
}

/** One sync, as it was wanted and as it went. */
interface Act {
  readonly configured: readonly ConfiguredStream[];
  readonly turn: Turn;
  readonly journal: Journal;
  readonly lines: readonly Line[];
  readonly isKilled: boolean;
  /** Whether all shelves are due to be read again. */
  readonly isDue: boolean;
}

class History {
  readonly #honesty: Honesty;
  readonly #roll: (limit: number) => number;
  readonly #delayRoll: (limit: number) => number;
  readonly #library: LivingLibrary;
  readonly #warehouse = new Warehouse();
  readonly #belief = new Belief();
  readonly #states = new Map<Name, JsonObject>();
  readonly #guards = new Map<Name, Guard>(
    NAMES.map((name) => [name, { doubted: new Set(), scope: undefined, isUnsure: false }]),
  );
  #nowMs = Date.UTC(2026, 0, 1);
  #latestMs = this.#nowMs;

  constructor(honesty: Honesty, seed: number) {
    this.#honesty = honesty;
    this.#roll = dice(seed);
    this.#delayRoll = dice(seed + 1_000_000);
    this.#library = new LivingLibrary(honesty, this.#roll);
  }

  async step(): Promise<void> {
    this.#happen();
    const isDue = this.#moveClock();
    const journal = new Journal();
    const turn = this.#turn();
    const configured = this.#configured();
    const mayKill = !this.#isGuardNear() && this.#roll(3) === 0;
    const delivery = {
      configured,
      saved: this.#states,
      stateIntervalMs: this.#roll(2) === 0 ? 0 : 10_000,
      stopAfter: mayKill && this.#roll(2) === 0 ? 1 + this.#roll(80) : Number.POSITIVE_INFINITY,
      isSlow: this.#roll(4) === 0,
    };
    const { lines, isStopped } = await deliver(livingSource(this.#library, turn, journal), delivery);
    const isCut = mayKill && delivery.stopAfter === Number.POSITIVE_INFINITY;
    const printed = isCut ? lines.slice(0, this.#cut(lines)) : lines;
    this.#judge({ configured, turn, journal, lines: printed, isKilled: isCut || isStopped, isDue });
    this.#library.startAgain();
    for (const [place, { kind }] of journal.faults) {
      const shelf = place.split(' ')[0] ?? '';
      if (kind === 'out') this.#library.reopen(shelf);
      else if (!this.#isDirty && this.#roll(2) === 0) this.#library.restore(shelf);
    }
  }

  /** Reads everything twice, without any trouble; then there is nothing left to send, or to look at. */
  async finish(): Promise<void> {
    await this.#readAll(25 * HOUR_MS);
    this.#library.bringAllBack();
    await this.#readAll(25 * HOUR_MS);
    const { journal, lines } = await this.#readAll(1);
    expect(lines.filter(({ type }) => type === 'RECORD')).toEqual([]);
    if (this.#honesty !== 'silent') expect(journal.opened).toEqual([]);
  }

  async #readAll(laterMs: number): Promise<Act> {
    const turn = { ...this.#turn(), broken: new Map(), faults: new Map() };
    const configured = NAMES.map((name): ConfiguredStream => ({ name, syncMode: 'incremental' }));
    const journal = new Journal();
    this.#latestMs += laterMs;
    vi.setSystemTime(this.#latestMs);
    const delivery = {
      saved: this.#states,
      stateIntervalMs: 10_000,
      stopAfter: Number.POSITIVE_INFINITY,
      isSlow: false,
    };
    const { lines } = await deliver(livingSource(this.#library, turn, journal), { configured, ...delivery });
    const act = { configured, turn, journal, lines, isKilled: false, isDue: laterMs > HOUR_MS };
    this.#judge(act);
    return act;
  }

  /** Where a killed program's output ends: rather behind a record than elsewhere. */
  #cut(lines: readonly Line[]): number {
    const records = lines.flatMap(({ type }, index) => (type === 'RECORD' ? [index + this.#roll(2)] : []));
    return (
      (this.#roll(4) > 0 ? records[this.#roll(Math.max(records.length, 1))] : undefined) ?? this.#roll(lines.length)
    );
  }

  get #isDirty(): boolean {
    return NAMES.some((name) => difference(this.#belief.table(name), this.#warehouse.table(name)).size > 0);
  }

  #happen(): void {
    const isDirty = this.#isDirty;
    for (let count = this.#roll(8); count > 0; count -= 1) this.#library.happen(isDirty);
    if (!isDirty && this.#roll(6) === 0) this.#library.vanish(this.#roll(2) === 0);
    if (!isDirty && this.#roll(10) === 0) this.#library.bringAllBack();
  }

  /** Whether all shelves are due. The clock never goes back to before what nobody knows to have been sent. */
  #moveClock(): boolean {
    const isDue = this.#roll(4) === 0;
    const isBack = !isDue && !this.#isDirty && this.#roll(4) === 0;
    if (isDue) this.#nowMs = this.#latestMs + 25 * HOUR_MS;
    else this.#nowMs += isBack ? -this.#roll(72 * HOUR_MS) : this.#roll(3) * this.#roll(4 * HOUR_MS);
    this.#latestMs = Math.max(this.#latestMs, this.#nowMs);
    vi.setSystemTime(this.#nowMs);
    return isDue;
  }

  #configured(): ConfiguredStream[] {
    const chosen = NAMES.filter(() => this.#roll(3) > 0);
    const names = chosen.length > 0 ? chosen : NAMES;
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

  /** Whether the guard may have a word, so that a kill would leave open which. */
  #isGuardNear(): boolean {
    return NAMES.some((name) => {
      const { known, missing } = this.#missing(name);
      return (known >= 15 && missing.length > known / 3) || (this.#guards.get(name)?.doubted.size ?? 0) > 0;
    });
  }

  /** What a stream's guard counts: rows of a list, shelves of a walk. */
  #missing(name: Name): { known: number; missing: string[] } {
    const { partitions = [] } = (this.#states.get(name) ?? {}) as { partitions?: { id: string }[] };
    const shelfOf = (id: string) => (id.startsWith('[') ? String(JSON.parse(id)[0]) : id);
    const known = isWalker(name) ? partitions.map(({ id }) => shelfOf(id)) : [...this.#belief.table(name).keys()];
    const truth: ReadonlyMap<string, unknown> = isWalker(name) ? this.#library.shelves : this.#library.truth(name);
    return { known: known.length, missing: known.filter((unit) => !truth.has(unit)) };
  }

  #judge(act: Act): void {
    const { configured, lines, isKilled, journal } = act;
    expect(new Set(journal.opened).size, 'shelves opened twice').toBe(journal.opened.length);
    for (const { name: text, syncMode } of configured) {
      const name = text as Name;
      const records = lines.flatMap(({ record }) => (record?.stream === name ? [arrivalOf(name, record.data)] : []));
      const sent = new Map(records.map(({ key, row }) => [key, row]));
      expect(sent.size, `${name}: rows sent twice`).toBe(records.length);
      if (!isKilled) expect(statuses([...lines], name).at(-1), name).toSatisfy(this.#mayEnd(name, act));
      if (syncMode === 'full_refresh') this.#judgeRefresh(name, sent, act);
      else this.#judgeSync(name, sent, act);
    }
  }

  /** Which end a stream may come to: where several things went wrong, one may hide the other. */
  #mayEnd(name: Name, { journal, lines }: Act): (status: string | undefined) => boolean {
    const isBroken = journal.brokenLists.has(isWalker(name) ? 'shelves' : name);
    const faults = [...journal.faults].filter(([place]) => place.endsWith(` ${name}`));
    const isSure = faults.some(
      ([place, { kind }]) => kind === 'fails' && !this.#isOut(place.split(' ')[0] ?? '', journal),
    );
    const isEnded = isWalker(name) && [...journal.faults.values()].some(({ kind }) => kind === 'ends');
    if (isBroken || (isSure && !isEnded)) return (status) => status === 'INCOMPLETE';
    if (isEnded || faults.length > 0) return () => lines.length > 0;
    return (status) => status === 'COMPLETE';
  }

  #isOut(shelf: string, { faults }: Journal): boolean {
    const isOut = ['books', 'notes'].some((name) => faults.get(`${shelf} ${name}`)?.kind === 'out');
    return isOut || (this.#library.shelves.get(shelf)?.isLocked ?? false);
  }

  #judgeRefresh(name: Name, sent: ReadonlyMap<string, string | undefined>, { journal, isKilled }: Act): void {
    const truth = this.#library.truth(name);
    for (const [key, row] of sent) expect(row, `${name} ${key}`).toBe(truth.get(key) ?? 'no such row');
    const isPart = isKilled || journal.brokenLists.size > 0 || journal.faults.size > 0;
    const isOut = (key: string) => isWalker(name) && this.#isOut(JSON.parse(key)[0], journal);
    if (!isPart)
      for (const key of truth.keys()) expect(sent.has(key) || isOut(key), `${name} ${key} is sent`).toBe(true);
  }

  #judgeSync(name: Name, sent: ReadonlyMap<string, string | undefined>, act: Act): void {
    const ruleOf = this.#rules(name, act);
    const truth = this.#library.truth(name);
    const wanted = difference(this.#belief.table(name), truth);
    const latest = this.#warehouse.latest(name);
    const wasDirty = difference(this.#belief.table(name), this.#warehouse.table(name)).size > 0;
    this.#apply(name, act.lines);
    const isLater = wasDirty ? this.#warehouse.latest(name) >= latest : this.#warehouse.latest(name) > latest;
    expect(sent.size === 0 || isLater, `${name}: the cursor moves on`).toBe(true);
    const delivered = this.#warehouse.table(name);
    for (const key of new Set([...wanted.keys(), ...sent.keys(), ...delivered.keys(), ...truth.keys()])) {
      const rule = ruleOf(key);
      const what = `${name} ${key} (${rule}), wanted: ${wanted.has(key)} ${wanted.get(key)}, sent: ${sent.has(key)} ${sent.get(key)}`;
      const isSame = sent.has(key) === wanted.has(key) && sent.get(key) === wanted.get(key);
      if (rule === 'exact') {
        expect(isSame, what).toBe(true);
        expect(delivered.get(key), `${name} ${key} in the warehouse`).toBe(truth.get(key));
      }
      if (rule === 'some') expect(!sent.has(key) || isSame, what).toBe(true);
      if (rule === 'none') expect(sent.has(key), what).toBe(false);
    }
  }

  #apply(name: Name, lines: readonly Line[]): void {
    for (const { record, state } of lines) {
      if (record?.stream === name) {
        const arrival = arrivalOf(name, record.data);
        this.#warehouse.take(arrival);
        this.#belief.take(arrival);
      }
      if (state?.stream.stream_descriptor.name !== name) continue;
      this.#states.set(name, state.stream.stream_state);
      this.#belief.commit(name);
    }
    this.#belief.end();
  }

  #rules(name: Name, act: Act): (key: string) => Rule {
    const { journal, isKilled } = act;
    const isBroken = journal.brokenLists.has(isWalker(name) ? 'shelves' : name);
    if (!isBroken) this.#judgeGuard(name, act);
    const doubted = this.#guards.get(name)?.doubted ?? new Set();
    const truth = this.#library.truth(name);
    const ofRow = (key: string): Rule => {
      const isListed = journal.listed[name]?.has(key) ?? false;
      return (isBroken && !isListed) || (!truth.has(key) && doubted.has(key)) ? 'none' : 'exact';
    };
    const ofShelf = (shelf: string): Rule => {
      if (isBroken) return 'none';
      return this.#library.shelves.has(shelf)
        ? this.#ruleOfShelf(name, shelf, act)
        : doubted.has(shelf)
          ? 'none'
          : 'exact';
    };
    return (key) => {
      const rule = isWalker(name) ? ofShelf(JSON.parse(key)[0]) : ofRow(key);
      return isKilled && rule === 'exact' ? 'some' : rule;
    };
  }

  #ruleOfShelf(name: Name, shelf: string, { journal, isDue, isKilled }: Act): Rule {
    const quiet = isWalker(name) ? this.#library.quiet[name] : new Set<string>();
    if (this.#library.shelves.get(shelf)?.isLocked) return 'none';
    const isEnded = [...journal.faults.values()].some(({ kind }) => kind === 'ends');
    const isWhole = !isEnded && !this.#isOut(shelf, journal) && !journal.faults.has(`${shelf} ${name}`);
    if (quiet.has(shelf) && !(isDue && isWhole)) return 'any';
    if (!isKilled && isWhole) quiet.delete(shelf);
    return isWhole ? 'exact' : 'some';
  }

  /** Follows what the guard says, and holds it to its rule. */
  #judgeGuard(name: Name, { lines, isKilled }: Act): void {
    const guard = this.#guards.get(name) as Guard;
    const scope = name === 'readers' ? undefined : this.#library.scope;
    const warning = new RegExp(`^${name}: (\\d+ rows|those of \\d+ shelves) are missing`);
    const isWarned = lines.some(({ log }) => warning.test(log?.message ?? ''));
    const { known, missing } = this.#missing(name);
    const surprising = missing.filter((unit) => !guard.doubted.has(unit));
    const isDoubtful = known >= 20 && surprising.length > known / 2;
    if (isKilled) guard.isUnsure = true;
    else {
      const isOpen = isDoubtful && guard.isUnsure;
      if (!isOpen)
        expect(isWarned, `${name}: ${surprising.length} of ${known} are doubted`).toBe(
          isDoubtful && guard.scope === scope,
        );
      this.#guards.set(name, { doubted: new Set(isWarned ? surprising : []), scope, isUnsure: false });
    }
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
