import { TenantError } from './error.ts';

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
 * What a scope comes to in a tenant. `spaces` is only called if the scope names some; `warn` hears of names that fit none.
 * Throws a `config_error` if none of the spaces to include exists, which would take every app for unwanted.
 */
export async function admission(
  scope: AppScope,
  spaces: () => Promise<readonly NamedSpace[]>,
  warn: (message: string) => void,
): Promise<Admission> {
  const { includeSpaces, excludeSpaces, includePersonalApps } = scope;
  const names = includeSpaces.length + excludeSpaces.length > 0 ? await spaces() : [];
  const included = includeSpaces.map((pattern) => ({ pattern, ...fitting(pattern, names) }));
  const excluded = excludeSpaces.map((pattern) => ({ pattern, ...fitting(pattern, names) }));
  const unknown = [...included, ...excluded].filter(({ known }) => !known).map(({ pattern }) => pattern);
  if (unknown.length > 0) {
    const message = `No space that the credentials may see fits what include_spaces or exclude_spaces name: ${unknown.join(', ')}.`;
    if (included.length > 0 && included.every(({ known }) => !known)) {
      throw new TenantError('config_error', `${message} Nothing would be left to read: correct the names.`);
    }
    warn(message);
  }
  return (spaceId) => {
    if (!spaceId) return includePersonalApps ? undefined : 'include_personal_apps';
    const fits = ({ ids, matches }: Fitting) => ids.has(spaceId) || matches(spaceId);
    if (included.length > 0 && !included.some(fits)) return 'include_spaces';
    return excluded.some(fits) ? 'exclude_spaces' : undefined;
  };
}

interface Fitting {
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
  return { ids, matches, known: ids.size > 0 || literal === '.*' };
}
