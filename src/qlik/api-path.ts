/** A path of the API with ids in it, whatever these hold. */
export function apiPath(parts: TemplateStringsArray, ...ids: readonly string[]): string {
  return String.raw({ raw: parts }, ...ids.map((id) => encodeURIComponent(id.toWellFormed())));
}
