import type { StreamFacts } from '../../cdk/index.ts';
import type { StreamName } from '../../generated/stream-name.ts';
import type { ReadingMethods } from '../../qlik/reading-methods.ts';

/** Who may read a stream. */
export interface Access {
  /** OAuth scopes: a client with one of them sees all rows. The narrowest comes first. */
  readonly scopes: readonly [string, ...string[]];
  /** Roles: a user with one of them sees all rows, and so does an API key of that user. Any user does, unless given. */
  readonly roles?: readonly [string, ...string[]];
  /** What it takes beside both to see all rows, as a noun. */
  readonly also?: string;
  /** What anybody else gets. */
  readonly otherwise: string;
}

/** A path over REST; `{id}` stands for the id of an app, a space or the like. */
export type Path = `/api/${'v1' | 'workflows'}/${string}`;

/** The calls that a stream makes, all of which read. */
export interface Calls {
  /** Paths, each with what one call is made for: `100 rows`, `space`. */
  readonly rest: { readonly [path: Path]: string };
  /** Methods of the engine, in a session with each app that is opened. */
  readonly engine?: readonly (keyof ReadingMethods)[];
}

/** What is known of a stream of Qlik's beside what the shim asks for: all tables about streams are made from it. */
export interface Facts {
  /** Whether Airbyte chooses it for a new connection. */
  readonly suggested?: true;
  readonly access: Access;
  readonly calls: Calls;
}

/** What a stream's own file declares, whatever its kind. */
export interface Declared extends StreamFacts, Pick<Facts, 'suggested'> {
  readonly name: StreamName;
}

/** What somebody needs who was refused (403), in words. `what` says what was tried: `Listing all users`. */
export function needsOf(what: string, { roles, scopes }: Access): string {
  return `${what} requires ${roles ? `the role ${anyOf(roles)}` : 'no role'}; an OAuth client needs the scope ${anyOf(scopes)}.`;
}

function anyOf(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' or ');
}
