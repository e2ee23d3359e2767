import { TenantError } from './error.ts';
import { isNearlyRight, nearest } from './nearest.ts';
import { shortened } from './shortened.ts';

/** Which apps the user wants to see. */
export interface AppScope {
  /** Names or ids of spaces, `*` standing for anything; empty means all. */
  readonly includeSpaces: readonly string[];
  readonly excludeSpaces: readonly string[];
  readonly includePersonalApps: boolean;
}

/** What a scope needs to know of a space. */
interface NamedSpace {
  readonly id?: string | null;
  readonly name?: string | null;
}

/** A setting that keeps apps out. */
export type Setting = 'include_spaces' | 'exclude_spaces' | 'include_personal_apps';

/** The setting that keeps an app in a space out, if one does; an app without a space is personal. */
export type Admission = (spaceId: string | null | undefined) => Setting | undefined;

/**
 * What a scope comes to in a tenant. `spaces` is only called if the scope names some; `warn` hears once of all names that fit none,
 * and of the nearest that exist. Throws a `config_error` if none of the spaces to include exists, which would take every app for
 * unwanted.
 */
export async function admission(
  scope: AppScope,
  spaces: () => Promise<readonly NamedSpace[]>,
  warn: (message: string) => void,
): Promise<Admission> {
  const { includeSpaces, excludeSpaces, includePersonalApps } = scope;
  const names = includeSpaces.length + excludeSpaces.length > 0 ? await spaces() : [];
  const included = includeSpaces.map((pattern) => fitting(pattern, names));
  const excluded = excludeSpaces.map((pattern) => fitting(pattern, names));
  if (included.length > 0 && included.every(({ known }) => !known)) throw noneExists(includeSpaces, names);
  const unknown = [...included, ...excluded].filter(({ known }) => !known).map(({ pattern }) => pattern);
  if (unknown.length > 0)
    warn(`${noSpaceFits('include_spaces or exclude_spaces name')} ${withNearest(unknown, names)}.`);
  return (spaceId) => {
    if (!spaceId) return includePersonalApps ? undefined : 'include_personal_apps';
    const fits = ({ ids, matches }: Fitting) => ids.has(spaceId) || matches(spaceId);
    if (included.length > 0 && !included.some(fits)) return 'include_spaces';
    return excluded.some(fits) ? 'exclude_spaces' : undefined;
  };
}

interface Fitting {
  readonly pattern: string;
  readonly ids: ReadonlySet<string>;
  readonly matches: (id: string) => boolean;
  readonly known: boolean;
}

/** The spaces that a pattern fits, by name or id, in upper or lower case. */
function fitting(pattern: string, spaces: readonly NamedSpace[]): Fitting {
  const literal = pattern.trim().split('*').map(RegExp.escape).join('.*');
  const expression = new RegExp(`^${literal}$`, 'isu');
  const matches = (text: string | null | undefined) => typeof text === 'string' && expression.test(text);
  const known = spaces.filter(({ id, name }) => matches(id) || matches(name));
  const ids = new Set(known.flatMap(({ id }) => (typeof id === 'string' ? [id] : [])));
  return { pattern, ids, matches, known: ids.size > 0 || literal === '.*' };
}

/** Names that an error tells, and unknown ones for which the nearest is looked for: among ten thousand spaces that takes its time. */
const MOST_NAMED = 10;

function noSpaceFits(whatNames: string): string {
  return `No space that the credentials may see fits what ${whatNames}:`;
}

function noneExists(patterns: readonly string[], spaces: readonly NamedSpace[]): TenantError {
  const near = nearestTo(patterns.slice(0, MOST_NAMED), spaces, MOST_NAMED);
  const remedy = near.length > 0 ? `The nearest that exist: ${quoted(near)}.` : 'The credentials see no space by name.';
  const said = `${noSpaceFits('include_spaces names')} ${quoted(patterns)}. Nothing would be left to read: correct the names.`;
  return new TenantError('config_error', `${said} ${remedy}`);
}

/** Each pattern once, with the nearest space behind it. */
function withNearest(unknown: readonly string[], spaces: readonly NamedSpace[]): string {
  const told = [...new Set(unknown)].map((pattern, index) => {
    const near = index < MOST_NAMED ? nearestTo([pattern], spaces, 1) : [];
    return near.length > 0 ? `${quoted([pattern])} (the nearest is ${quoted(near)})` : quoted([pattern]);
  });
  return told.join(', ');
}

/** By name; by id only where that is nearly right, since a short pattern is as far from any id as from many a name. */
function nearestTo(patterns: readonly string[], spaces: readonly NamedSpace[], most: number): string[] {
  const isText = (text: string | null | undefined): text is string => typeof text === 'string' && text !== '';
  const names = spaces.map(({ name }) => name).filter(isText);
  const ids = spaces.map(({ id }) => id).filter(isText);
  const nearlyRight = ids.filter((id) => patterns.some((pattern) => isNearlyRight(pattern, id)));
  return nearest(patterns, [...new Set([...names, ...nearlyRight])], most);
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${shortened(name)}"`).join(', ');
}
