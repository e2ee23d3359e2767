const LONGEST_PAUSE_MS = 86_400_000;

/**
 * How long a `Retry-After` header asks to wait, in milliseconds: seconds, or the date that HTTP allows too. Undefined without
 * one, for nonsense, and for a pause beyond a day, which is a mistake and not a wish.
 */
export function retryAfterMs(header: string | string[] | undefined): number | undefined {
  const text = String(header ?? '').trim();
  const pauseMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return pauseMs >= 0 && pauseMs <= LONGEST_PAUSE_MS ? pauseMs : undefined;
}
