import type { Properties } from '../../qlik/app-objects.ts';
import { type Role, roleOf } from './expression-role.ts';
import { isExpression } from './is-expression.ts';

/** A table that a chart computes, or one field that it lists. */
export type Cube = { readonly qDimensions?: unknown; readonly qMeasures?: unknown };

/** An expression of an object, `place` being the JSON pointer to it in the object's properties. */
export interface StoredExpression {
  readonly place: string;
  readonly role: Role;
  readonly expression: string;
}

/** What an object computes, in the order in which it is stored. */
export interface Contents {
  readonly cubes: readonly Cube[];
  /** Columns that a chart keeps to be switched to. */
  readonly alternatives: readonly Cube[];
  /** All expressions but those of its columns. */
  readonly expressions: readonly StoredExpression[];
}

/** What an undo would bring back, which rows people have unfolded, and what is listed of the objects below. */
const NOT_DRAWN = new Set(['qUndoExclude', 'qExpansionState', 'qChildListDef']);

/** No chart keeps anything deeper. */
const DEEPEST = 100;

/** Where in an object: in a table that is drawn, in one to be switched to, among other things that are switched off. */
type Area = 'object' | 'cube' | 'alternative' | 'excluded';

/** What the rows' dimensions and measures show of a column: of one in a table, or of the field that is listed. */
const OF_COLUMN =
  /\/(?:q(?:Dimensions|Measures)\/\d+|qListObjectDef)\/qDef\/(?:qFieldDefs\/\d+|qFieldLabels\/0|qDef|qLabel|qLabelExpression(?:\/.+)?)$/;

/** Looks through the properties of an object, wherever an extension or a map's layers keep things; `root` is where they stand themselves. */
export function contentsOf(properties: Properties, root = ''): Contents {
  const cubes: Cube[] = [];
  const alternatives: Cube[] = [];
  const expressions: StoredExpression[] = [];
  const path: (string | number)[] = [];

  function add(holder: object, area: Area, expression: string): void {
    const below = `/${path.map(escaped).join('/')}`;
    if ((area === 'cube' || area === 'alternative') && OF_COLUMN.test(below)) return;
    const role = area === 'object' || area === 'cube' ? roleOf(below, holder) : 'excluded';
    expressions.push({ place: root + below, role, expression });
  }

  /**
   * Of all that is done with a chart, this looks at the most objects: lists of their fields and of what each holds, made on the
   * way, cost ten times as much.
   */
  function lookInto(holder: Properties, area: Area): void {
    if (path.length > DEEPEST) return;
    for (const field in holder) {
      const value = holder[field];
      if (typeof value === 'string') {
        if (!isExpression(field, value, holder, path)) continue;
        path.push(field);
        add(holder, area, value);
        path.pop();
      } else if (typeof value === 'object' && value !== null && !NOT_DRAWN.has(field)) {
        if (field === 'qCalcCond' && isTwin(holder)) continue;
        const areaBelow = areaIn(field, value, area);
        path.push(field);
        if (Array.isArray(value)) lookIntoList(field, value, areaBelow);
        else lookInto(value as Properties, areaBelow);
        path.pop();
      }
    }
  }

  function lookIntoList(field: string, list: readonly unknown[], area: Area): void {
    if (path.length > DEEPEST) return;
    for (let at = 0; at < list.length; at++) {
      const value = list[at];
      if (typeof value === 'string' ? !isExpression(field, value, list, path) : typeof value !== 'object' || !value)
        continue;
      path.push(at);
      if (typeof value === 'string') add(list, area, value);
      else if (Array.isArray(value)) lookIntoList(field, value, area);
      else lookInto(value as Properties, area);
      path.pop();
    }
  }

  function areaIn(field: string, value: object, area: Area): Area {
    if (field === 'qLayoutExclude') return 'excluded';
    if (field === 'qHyperCubeDef' && area === 'object') {
      cubes.push(value);
      return 'cube';
    }
    if (field === 'qListObjectDef' && area === 'object') {
      cubes.push({ qDimensions: [value] });
      return 'cube';
    }
    if (field === 'qHyperCubeDef' && path.at(-1) === 'qLayoutExclude' && path.at(-2) === 'qHyperCubeDef') {
      alternatives.push(value);
      return 'alternative';
    }
    return area;
  }

  lookInto(properties, 'object');
  return { cubes, alternatives, expressions };
}

/** Qlik keeps a condition twice, in the form of now and in that of before, as `qCalcCond`. */
function isTwin({ qCalcCondition }: Properties): boolean {
  const { qCond } = (qCalcCondition ?? {}) as { qCond?: { qv?: unknown } | null };
  return Boolean(qCond?.qv);
}

/** A step of a JSON pointer. */
function escaped(step: string | number): string | number {
  return typeof step === 'number' ? step : step.replaceAll('~', '~0').replaceAll('/', '~1');
}
