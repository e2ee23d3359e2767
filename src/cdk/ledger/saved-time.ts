/** A time of a state as Unix time in milliseconds; undefined for none. */
export function restoredTime(text: string | undefined): number | undefined {
  const timeMs = Date.parse(text ?? '');
  // A leap second is a time by RFC 3339, and none for JavaScript.
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

export function savedTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
