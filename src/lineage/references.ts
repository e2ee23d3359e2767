import { type AppContent, AppNames, EXACTNESS, type Exactness, type Kind, type Named, of } from './app-names.ts';
import { isComputed } from './computed.ts';
import { type PlacedExpression, usesOfPlaced } from './placed-uses.ts';
import { type Labels, resolve } from './resolve.ts';

/** A column that a master item fills. */
export interface PlacedItem {
  readonly place: string;
  readonly role: string;
  readonly item: { readonly kind: 'dimension' | 'measure'; readonly id: string };
}

/** An object with expressions: a chart, a sheet, a master item, a variable. */
export interface Owner {
  readonly expressions: readonly (PlacedExpression | PlacedItem)[];
  /** Labels of the chart's own measures, and the master measures that they show. */
  readonly labels?: readonly { readonly label: string; readonly libraryId: string | null }[];
  /** Definitions of the chart's dimensions, in order. */
  readonly dimensions?: readonly string[];
}

/** What one expression names. */
export interface Reference extends Named {
  readonly place: string;
  readonly role: string;
  readonly name: string;
  /** Where in the expression it stands, each once; `library` for a master item that fills a column. */
  readonly contexts: readonly string[];
  readonly count: number;
}

/** Something that leads to a field. */
export interface Step {
  readonly kind: Kind;
  readonly id: string | null;
  readonly name: string;
}

/** A field that an object reaches. */
export interface ReachedField {
  readonly fieldName: string;
  readonly roles: readonly string[];
  /** Whether an expression of the object itself names it. */
  readonly isDirect: boolean;
  /** The shortest way that is the most certain: master items and variables, from the object on; empty where it is direct. */
  readonly via: readonly Step[];
  /** That of the least certain step of this way. */
  readonly exactness: Exactness;
}

/** All that an object names, in the order of its expressions, and all fields that it reaches, by name. */
export interface References {
  readonly names: readonly Reference[];
  readonly fields: readonly ReachedField[];
}

/** A way that goes on. */
interface Way {
  readonly name: string;
  readonly named: Named;
  readonly via: readonly Step[];
  readonly exactness: Exactness;
}

const NO_LABELS: Labels = new Map();

/** What the objects of one app name. What master items and variables name is looked up once. */
export class AppReferences {
  readonly #app: AppNames;
  readonly #content: ReadonlyMap<string, readonly PlacedExpression[]>;
  readonly #titles: ReadonlyMap<string, string>;
  readonly #named = new Map<string, readonly { readonly name: string; readonly named: Named }[]>();

  constructor(content: AppContent) {
    this.#app = new AppNames(content);
    this.#titles = new Map([
      ...content.measures.map(({ id, title }) => [keyOf('measure', id), title] as const),
      ...content.dimensions.map(({ id, title }) => [keyOf('dimension', id), title] as const),
    ]);
    this.#content = new Map<string, readonly PlacedExpression[]>([
      ...content.measures.map(({ id, expression }) => [keyOf('measure', id), [placed(expression)]] as const),
      ...content.dimensions.map(({ id, fieldDefs }) => [keyOf('dimension', id), fieldDefs.map(fieldDef)] as const),
    ]);
  }

  of({ expressions, labels = [], dimensions = [] }: Owner): References {
    const own = new Map(labels.map(({ label, libraryId }) => [label, libraryId]));
    const names = expressions.flatMap((one) =>
      'item' in one ? this.#itemOf(one) : this.#namesOf(one, own, dimensions),
    );
    return { names, fields: this.#fieldsOf(names) };
  }

  /** Qlik keeps the id of an item that is gone. */
  #itemOf({ place, role, item: { kind, id } }: PlacedItem): Reference {
    const title = this.#titles.get(keyOf(kind, id));
    const exactness = title === undefined ? 'unknown' : 'exact';
    const named = of(kind, { refId: id, exactness });
    return { place, role, name: title ?? id, ...named, contexts: ['library'], count: 1 };
  }

  #namesOf(placed: PlacedExpression, labels: Labels, dimensions: readonly string[]): Reference[] {
    const { place, role } = placed;
    const found = new Map<string, { reference: Named; name: string; contexts: Set<string>; count: number }>();
    for (const use of usesOfPlaced(placed, this.#app.variables, dimensions)) {
      const reference = resolve(use, this.#app, labels);
      if (!reference) continue;
      const key = JSON.stringify([reference.kind, use.name, reference.exactness]);
      const known = found.get(key) ?? { reference, name: use.name, contexts: new Set(), count: 0 };
      known.contexts.add(use.context);
      known.count += 1;
      found.set(key, known);
    }
    return [...found.values()].map(({ reference, name, contexts, count }) => ({
      ...{ place, role, name, ...reference },
      ...{ contexts: [...contexts], count },
    }));
  }

  #fieldsOf(names: readonly Reference[]): ReachedField[] {
    const reached = new Map<string, { field: ReachedField; roles: Set<string> }>();
    for (const [role, some] of Map.groupBy(names, (one) => one.role)) {
      for (const { fieldName, via, exactness } of this.#reachedFrom(some)) {
        const known = reached.get(fieldName);
        const field = { fieldName, roles: [], isDirect: via.length === 0, via, exactness };
        if (!known) reached.set(fieldName, { field, roles: new Set([role]) });
        else {
          known.roles.add(role);
          if (isBetter(field, known.field)) known.field = field;
        }
      }
    }
    return [...reached.values()]
      .map(({ field, roles }) => ({ ...field, roles: [...roles] }))
      .toSorted((one, other) => (one.fieldName < other.fieldName ? -1 : 1));
  }

  /** The fields that some names lead to, each by the best way, the shortest first. */
  #reachedFrom(names: readonly Reference[]) {
    const fields = new Map<string, { fieldName: string; via: readonly Step[]; exactness: Exactness }>();
    const ranks = new Map<string, number>();
    const ways: Way[] = names.map((one) => ({ name: one.name, named: one, via: [], exactness: one.exactness }));
    for (const { name, named, via, exactness } of ways) {
      const { kind, fieldName, refId } = named;
      if (fieldName !== null && kind !== 'system_field') {
        const field = { fieldName, via, exactness };
        const known = fields.get(fieldName);
        if (!known || isBetter(field, known)) fields.set(fieldName, field);
        continue;
      }
      const key =
        kind === 'variable'
          ? keyOf(kind, name.toLowerCase())
          : keyOf(kind === 'chart_measure' ? 'measure' : kind, refId);
      const rank = EXACTNESS.indexOf(exactness);
      // A way that is no better than one that was taken leads nowhere else.
      if (rank >= (ranks.get(key) ?? EXACTNESS.length)) continue;
      ranks.set(key, rank);
      const further = [...via, { kind, id: refId, name }];
      for (const next of this.#namedBy(key, named, name))
        ways.push({ ...next, via: further, exactness: worse(exactness, next.named.exactness) });
    }
    return fields.values();
  }

  /** What a master item or a variable names itself. */
  #namedBy(key: string, { kind }: Named, name: string): readonly { readonly name: string; readonly named: Named }[] {
    const known = this.#named.get(key);
    if (known) return known;
    const expressions = kind === 'variable' ? this.#expressionOf(name) : (this.#content.get(key) ?? []);
    const uses = expressions.flatMap((expression) => usesOfPlaced(expression, this.#app.variables, []));
    const named = uses.flatMap((use) => {
      const reference = resolve(use, this.#app, NO_LABELS);
      return reference ? [{ name: use.name, named: reference }] : [];
    });
    this.#named.set(key, named);
    return named;
  }

  /** That of a variable that is computed: the text of any other stands in the expressions that expand it. */
  #expressionOf(name: string): PlacedExpression[] {
    const variable = this.#app.variables.get(name);
    return variable?.definition !== undefined && isComputed(variable.definition) ? [placed(variable.definition)] : [];
  }
}

function keyOf(kind: Kind, id: string | null): string {
  return `${kind} ${id}`;
}

function placed(expression: string): PlacedExpression {
  return { place: '', role: '', expression };
}

function fieldDef(expression: string): PlacedExpression {
  return { ...placed(expression), isFieldDef: true };
}

function worse(one: Exactness, other: Exactness): Exactness {
  return EXACTNESS.indexOf(one) > EXACTNESS.indexOf(other) ? one : other;
}

interface Reached {
  readonly via: readonly Step[];
  readonly exactness: Exactness;
}

function isBetter(one: Reached, other: Reached): boolean {
  const rank = EXACTNESS.indexOf(one.exactness) - EXACTNESS.indexOf(other.exactness);
  return rank < 0 || (rank === 0 && one.via.length < other.via.length);
}
