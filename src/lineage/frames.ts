/**
 * Where a name stands: in an aggregation or not (`plain`), as a field of a set's modifier, as a field whose values a set takes, as what a
 * set begins with (a state or a bookmark), as the state before `::`, in `TOTAL <...>`, as a dimension of Aggr, or in a string that a
 * function takes for a field (`argument`).
 */
export type Context =
  | 'plain'
  | 'aggregated'
  | 'set_modifier'
  | 'set_value'
  | 'set_identifier'
  | 'state'
  | 'total'
  | 'aggr_dimension'
  | 'argument';

/** Round brackets that are open, of a function or of none. */
interface Paren {
  readonly kind: 'paren';
  /** The function; empty for none. */
  readonly fn: string;
  /** Where names in it stand. */
  readonly context: Context;
  /** Whether it says how a dimension of Aggr is sorted, as the inner ones of `(Month, (NUMERIC, ASCENDING))` do. */
  readonly isSorting: boolean;
  argument: number;
  /** Whether something of the argument has come, TOTAL and the like apart. */
  isBegun: boolean;
}

/** What was opened and is not closed. */
export type Frame =
  | Paren
  | { readonly kind: 'set' }
  | { readonly kind: 'modifier'; readonly isTotal: boolean; isValue: boolean }
  | { readonly kind: 'elements' };

const CLOSES: { readonly [mark: string]: Frame['kind'][] } = {
  ')': ['paren'],
  '}': ['set', 'elements'],
  '>': ['modifier'],
};

/** What is open at some place of an expression, the innermost last. */
export class Frames {
  readonly #frames: Frame[] = [];
  readonly #counts = { paren: 0, set: 0, modifier: 0, elements: 0 };

  get top(): Frame | undefined {
    return this.#frames.at(-1);
  }

  /** Where a name stands that comes next. */
  get context(): Context {
    const { top } = this;
    switch (top?.kind) {
      case 'paren':
        return top.fn.toLowerCase() === 'aggr' && top.argument > 0 ? 'aggr_dimension' : top.context;
      case 'set':
        return 'set_identifier';
      case 'modifier':
        return top.isTotal ? 'total' : top.isValue ? 'set_value' : 'set_modifier';
      default:
        return 'plain';
    }
  }

  open(frame: Frame): void {
    this.#frames.push(frame);
    this.#counts[frame.kind] += 1;
  }

  /** Closes what the mark closes, and whatever was left open within it; nothing where nothing of the kind is open. */
  close(mark: string): void {
    const kinds = CLOSES[mark] ?? [];
    if (kinds.every((kind) => this.#counts[kind] === 0)) return;
    for (let top = this.#frames.pop(); top; top = this.#frames.pop()) {
      this.#counts[top.kind] -= 1;
      if (kinds.includes(top.kind)) return;
    }
  }
}
