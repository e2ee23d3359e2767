import { type Variable, Variables } from './variables.ts';

/** What an expression can name in an app. */
export interface AppContent {
  /** All fields of the data model, hidden and system ones too; undefined where they may not be read. */
  readonly fieldNames?: readonly string[] | undefined;
  readonly variables: readonly Variable[];
  readonly dimensions: readonly Dimension[];
  readonly measures: readonly Measure[];
  /** Alternate states. */
  readonly states: readonly string[];
}

/** A master dimension. */
export interface Dimension {
  readonly id: string;
  readonly title: string;
  readonly fieldDefs: readonly string[];
}

/** A master measure. */
export interface Measure {
  readonly id: string;
  readonly title: string;
  /** What charts call it, where that is another name. */
  readonly label?: string | undefined;
  readonly expression: string;
}

/** What a name is of. */
export type Kind =
  | 'field'
  | 'derived_field'
  | 'system_field'
  | 'variable'
  | 'measure'
  | 'dimension'
  | 'chart_measure'
  | 'state'
  | 'bookmark'
  | 'unknown'
  | 'dynamic';

/** From the most certain to the least. */
export const EXACTNESS = ['exact', 'case', 'possible', 'ambiguous', 'opaque', 'dynamic', 'unknown'] as const;

/**
 * How certain it is: `exact`; `case`: but for upper and lower case; `possible`: what it is named by is computed, or Qlik does not say
 * whether it can be named there; `ambiguous`: two things have the name, and Qlik does not say which is meant; `opaque`: it is known, but
 * what it stands for is not; `dynamic`: the name is put together when the expression is computed; `unknown`: nothing has the name.
 */
export type Exactness = (typeof EXACTNESS)[number];

/** Something that a name is of. */
export interface Named {
  readonly kind: Kind;
  /** The field's name as the app spells it; null for what is none, and where fields may not be read. */
  readonly fieldName: string | null;
  /** The id of the variable or master item. */
  readonly refId: string | null;
  readonly exactness: Exactness;
}

const SYSTEM_FIELDS = new Set(['$Field', '$Table', '$Rows', '$Fields', '$FieldNo', '$Info']);

/** A derived field's own part: that of a calendar by default, or of another definition. */
const DERIVED = /^\.(?:autoCalendar\.)?[^.]+$/;

/** Names of an app, to be looked up for each of its expressions. */
export class AppNames {
  readonly variables: Variables;
  readonly #fields: Spelling | undefined;
  readonly #dimensions: ReadonlyMap<string, Dimension>;
  readonly #measures: ReadonlyMap<string, Measure>;
  readonly #states: ReadonlySet<string>;

  constructor({ fieldNames, variables, dimensions, measures, states }: AppContent) {
    this.variables = new Variables(variables);
    this.#fields = fieldNames && spellingOf(fieldNames);
    this.#dimensions = new Map(dimensions.map((one) => [one.title, one]));
    const labelled = measures.flatMap((one) => (one.label ? [[one.label, one] as const] : []));
    this.#measures = new Map([...labelled, ...measures.map((one) => [one.title, one] as const)]);
    this.#states = new Set(states);
  }

  /** Whether the names of fields are known. */
  get hasFields(): boolean {
    return this.#fields !== undefined;
  }

  /** A field, or one derived from a field, or one of the system's. */
  field(name: string): Named | undefined {
    if (SYSTEM_FIELDS.has(name)) return of('system_field', { fieldName: name });
    const exact = this.#fields?.exact.has(name) ? name : undefined;
    if (exact !== undefined) return of('field', { fieldName: exact });
    const derived = this.#derived(name);
    if (derived) return derived;
    const spelled = this.#fields?.byLowerCase.get(name.toLowerCase());
    return spelled === undefined ? undefined : of('field', { fieldName: spelled, exactness: 'case' });
  }

  variable(name: string): Named | undefined {
    const variable = this.variables.get(name);
    if (!variable) return undefined;
    const exactness = variable.definition === undefined ? 'opaque' : variable.name === name ? 'exact' : 'case';
    return of('variable', { refId: variable.id, exactness });
  }

  measure(name: string): Named | undefined {
    const measure = this.#measures.get(name);
    return measure && of('measure', { refId: measure.id });
  }

  dimension(name: string): Named | undefined {
    const dimension = this.#dimensions.get(name);
    return dimension && of('dimension', { refId: dimension.id });
  }

  /** A state of selections; what begins a set and is none is a bookmark, whose names nobody tells. */
  stateOrBookmark(name: string): Named {
    return this.#states.has(name) ? of('state') : of('bookmark', { exactness: 'unknown' });
  }

  /** `OrderDate.autoCalendar.Month` belongs to the longest beginning of it that is a field. */
  #derived(name: string): Named | undefined {
    const { longest } = this.#fields ?? { longest: 0 };
    for (let dot = name.lastIndexOf('.', longest); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
      const field = name.slice(0, dot);
      if (!this.#fields?.exact.has(field)) continue;
      if (!DERIVED.test(name.slice(dot))) return undefined;
      const exactness = name.startsWith('.autoCalendar.', dot) ? 'exact' : 'possible';
      return of('derived_field', { fieldName: field, exactness });
    }
    return undefined;
  }
}

/** How an app writes names, by how they are asked for. */
interface Spelling {
  readonly exact: ReadonlySet<string>;
  readonly byLowerCase: ReadonlyMap<string, string>;
  /** The length of the longest. */
  readonly longest: number;
}

function spellingOf(names: readonly string[]): Spelling {
  return {
    exact: new Set(names),
    byLowerCase: new Map(names.map((name) => [name.toLowerCase(), name])),
    longest: names.reduce((most, { length }) => Math.max(most, length), 0),
  };
}

/** A thing of some kind, exact and without a field or id unless that is given. */
export function of(kind: Kind, given: Partial<Omit<Named, 'kind'>> = {}): Named {
  return { kind, fieldName: null, refId: null, exactness: 'exact', ...given };
}
