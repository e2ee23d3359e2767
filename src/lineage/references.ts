import { type AppContent, AppNames, EXACTNESS, type Exactness, type Kind, type Named } from './app-names.ts';
import { expand } from './expansion.ts';
import { type Labels, resolve } from './resolve.ts';
import { type Use, usesIn, usesInText } from './uses.ts';
import { isComputed } from './variables.ts';

/** An expression of an object. */
export interface PlacedExpression {
  readonly place: string;
  readonly role: string;
  readonly expression: string;
  /** Whether it is the definition of a dimension: without an equals sign it is the name of a field. */
  readonly isFieldDef?: boolean;
}

/** An object with expressions: a chart, a sheet, a master item, a variable. */
export interface Owner {
  readonly expressions: readonly PlacedExpression[];
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
  /** Where in the expression it stands, each once. */
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

/** Texts that are expressions only if they begin with an equals sign, and descriptions if they do with a string; what texts expand is computed all the same. */
const TEXTS = new Set(['title', 'label', 'text', 'description', 'tooltip']);

/** What the objects of one app name. What master items and variables name is looked up once. */
export class AppReferences {
  readonly #app: AppNames;
  readonly #content: ReadonlyMap<string, readonly PlacedExpression[]>;
  readonly #named = new Map<string, readonly { readonly name: string; readonly named: Named }[]>();

  constructor(content: AppContent) {
    this.#app = new AppNames(content);
    this.#content = new Map<string, readonly PlacedExpression[]>([
      ...content.measures.map(({ id, expression }) => [keyOf('measure', id), [placed(expression)]] as const),
      ...content.dimensions.map(({ id, fieldDefs }) => [keyOf('dimension', id), fieldDefs.map(fieldDef)] as const),
    ]);
  }

  of({ expressions, labels = [], dimensions = [] }: Owner): References {
    const own = new Map(labels.map(({ label, libraryId }) => [label, libraryId]));
    const names = expressions.flatMap((expression) => this.#namesOf(expression, own, dimensions));
    return { names, fields: this.#fieldsOf(names) };
  }

  #namesOf(placed: PlacedExpression, labels: Labels, dimensions: readonly string[]): Reference[] {
    const { place, role } = placed;
    const found = new Map<string, { reference: Named; name: string; contexts: Set<string>; count: number }>();
    for (const use of this.#usesOf(placed, dimensions)) {
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

  #usesOf({ role, expression, isFieldDef = false }: PlacedExpression, dimensions: readonly string[]): Use[] {
    const { variables } = this.#app;
    if (isText(role, expression)) return usesInText(expression, variables);
    if (!isFieldDef || expression.trimStart().startsWith('=')) return usesIn(expression, variables, dimensions);
    const { text, opaques } = expand(expression, variables);
    // What variables expand to may be an expression; and a name that is computed in part is looked at as one in brackets.
    if (text.trimStart().startsWith('=') || opaques.length > 0)
      return usesIn(bracketed(expression), variables, dimensions);
    const named =
      expression === text ? [] : usesIn(expression, variables).filter(({ context }) => context === 'expansion');
    return [...named, { name: unquoted(text.trim()), context: 'aggregated', certainty: 'certain' }];
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
    const uses = expressions.flatMap((expression) => this.#usesOf(expression, []));
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
    return variable?.definition !== undefined && isComputed(variable) ? [placed(variable.definition)] : [];
  }
}

function isText(role: string, expression: string): boolean {
  const [first] = expression.trimStart();
  return TEXTS.has(role) && first !== '=' && !(role === 'description' && first === "'");
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

/** The name of a field as an expression writes it. */
function bracketed(fieldDef: string): string {
  const trimmed = fieldDef.trim();
  return trimmed.startsWith('[') || trimmed.startsWith('"') ? trimmed : `[${trimmed}]`;
}

function unquoted(name: string): string {
  if (name.startsWith('[') && name.endsWith(']')) return name.slice(1, -1).replaceAll(']]', ']');
  return name.startsWith('"') && name.endsWith('"') && name.length > 1 ? name.slice(1, -1).replaceAll('""', '"') : name;
}
