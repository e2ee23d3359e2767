import { TenantError } from './error.ts';

/** A path of the API with ids in it. Throws a refusal of what an id stands for if no address can hold it. */
export function apiPath(parts: TemplateStringsArray, ...ids: readonly string[]): string {
  return String.raw({ raw: parts }, ...ids.map(pathSegment));
}

/**
 * An id as a part of a path, slashes and the like encoded. Throws a refusal for those that no path can hold: `.` and `..` lead
 * elsewhere, an empty one too, and halves of a character (lone surrogates) would all become the same one.
 */
export function pathSegment(id: string): string {
  if (/^\.{0,2}$/.test(id)) throw unaddressable(id);
  return encodeURIComponent(wellFormed(id));
}

/** The id, to be sent as text. Throws a refusal if it holds half a character. */
export function wellFormed(id: string): string {
  if (!id.isWellFormed()) throw unaddressable(id);
  return id;
}

function unaddressable(id: string): TenantError {
  const said = `The id ${JSON.stringify(id)} can stand in no address of Qlik's API, so that what has it cannot be visited.`;
  const remedy = 'It keeps its row. Please report it, since Qlik makes no such ids.';
  return new TenantError('config_error', said, { code: 'ID-IN-NO-ADDRESS', refusal: 'denied', ofWhole: true, remedy });
}
