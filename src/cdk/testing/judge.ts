import { expect } from 'vitest';
import type { ConfiguredStream } from '../protocol/catalog.ts';
import type { JsonObject } from '../protocol/messages.ts';
import { type Line, statuses } from './lines.ts';
import type { LivingLibrary } from './living-library.ts';
import type { Journal, Turn } from './living-source.ts';
import { isWalker, NAMES, type Name } from './shelves.ts';
import { arrivalOf, Belief, difference, Warehouse } from './warehouse.ts';

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
export interface Act {
  readonly configured: readonly ConfiguredStream[];
  readonly turn: Turn;
  readonly journal: Journal;
  readonly lines: readonly Line[];
  readonly isKilled: boolean;
  /** Whether all shelves are due to be read again. */
  readonly isDue: boolean;
}

/** Of which rows a state announces that others may have followed it, by the JSON of their key. */
function openIn(name: Name, state: JsonObject = {}): (key: string) => boolean {
  const {
    keys = [],
    open = 0,
    partitions = [],
  } = state as {
    keys?: readonly string[];
    open?: number;
    partitions?: readonly { id: string; open?: boolean }[];
  };
  const inJson = (key: string) => (key.startsWith('[') ? key : JSON.stringify([key]));
  const rows = new Set(keys.slice(keys.length - open).map(inJson));
  const shelves = new Set(partitions.filter((partition) => partition.open).map(({ id }) => inJson(id)));
  return (key) => (isWalker(name) ? shelves.has(JSON.stringify([JSON.parse(key)[0]])) : rows.has(key));
}

/** Takes what syncs print into a warehouse, and holds them to what they owe it. */
export class Judge {
  /** What the next sync is given. */
  readonly states = new Map<Name, JsonObject>();
  readonly #library: LivingLibrary;
  readonly #warehouse = new Warehouse();
  readonly #belief = new Belief();
  readonly #guards = new Map<Name, Guard>(
    NAMES.map((name) => [name, { doubted: new Set(), scope: undefined, isUnsure: false }]),
  );

  constructor(library: LivingLibrary) {
    this.#library = library;
  }

  /** Whether a state tells of this book in this section of the shelf. */
  knows(shelfId: string, section: string, book: string): boolean {
    const row = this.#belief.table('books').get(JSON.stringify([shelfId, book]));
    return row !== undefined && JSON.parse(row).section === section;
  }

  /** Whether the guard may have a word, so that a kill would leave open which. */
  get isGuardNear(): boolean {
    return NAMES.some((name) => {
      const { known, missing } = this.#missing(name);
      return (known >= 15 && missing.length > known / 3) || (this.#guards.get(name)?.doubted.size ?? 0) > 0;
    });
  }

  /** What a stream's guard counts: rows of a list, shelves of a walk. */
  #missing(name: Name): { known: number; missing: string[] } {
    const { partitions = [] } = (this.states.get(name) ?? {}) as { partitions?: { id: string }[] };
    const shelfOf = (id: string) => (id.startsWith('[') ? String(JSON.parse(id)[0]) : id);
    const known = isWalker(name) ? partitions.map(({ id }) => shelfOf(id)) : [...this.#belief.table(name).keys()];
    const truth: ReadonlyMap<string, unknown> = isWalker(name) ? this.#library.shelves : this.#library.truth(name);
    return { known: known.length, missing: known.filter((unit) => !truth.has(unit)) };
  }

  /** Throws where the sync has sent, or left, something else than it should. */
  judge(act: Act): void {
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
    const delivered = new Map(this.#belief.table(name));
    const isOpen = openIn(name, this.states.get(name));
    // What is open has to be sent again, whatever is known of it.
    const certain = new Map([...delivered].map(([key, row]) => [key, isOpen(key) ? 'open' : row]));
    const wanted = difference(certain, truth);
    const latest = this.#warehouse.latest(name);
    const isFirst = !this.states.has(name);
    this.#apply(name, act.lines);
    const guard = this.#guards.get(name) as Guard;
    // The first state is of these settings, even if nothing could be judged.
    if (isFirst && name !== 'readers') guard.scope ??= this.#library.scope;
    const isLater = this.#warehouse.latest(name) > latest;
    expect(sent.size === 0 || isLater, `${name}: the cursor moves on`).toBe(true);
    const arrived = this.#warehouse.table(name);
    for (const key of new Set([...wanted.keys(), ...sent.keys(), ...arrived.keys(), ...truth.keys()])) {
      const rule = ruleOf(key);
      const what = `${name} ${key} (${rule}), wanted: ${wanted.has(key)} ${wanted.get(key)}, sent: ${sent.has(key)} ${sent.get(key)}`;
      // A row that was announced may be deleted though no STATE tells that it was printed.
      const isDeleted = isOpen(key) && !truth.has(key) && sent.get(key) === undefined;
      const isSame = isDeleted || (sent.has(key) === wanted.has(key) && sent.get(key) === wanted.get(key));
      if (rule === 'exact') {
        expect(isSame, what).toBe(true);
        // Nobody knows of a row that was new, printed after the last STATE of a sync that was killed, and gone before the next one.
        const isOrphan = !truth.has(key) && !delivered.has(key);
        expect(isOrphan || arrived.get(key) === truth.get(key), `${what} in the warehouse`).toBe(true);
        const behindStates = this.#belief.table(name);
        expect(behindStates.get(key), `${what} where lines behind the last STATE are lost`).toBe(truth.get(key));
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
      this.states.set(name, state.stream.stream_state);
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
