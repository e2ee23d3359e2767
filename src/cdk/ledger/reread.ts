import { FINGERPRINTS, fingerprint } from './fingerprint.ts';

/**
 * Whether a partition is to be read again that was last read in full at `readAtMs` (all in milliseconds). It is due once a period, at
 * a moment that its name determines, so that partitions first read together do not all fall due together. One that was read just
 * before its moment waits half a period longer, and finds its moment the next time. So it is never due within a quarter of a period,
 * and always within one.
 */
export function isDue(
  readAtMs: number,
  name: string,
  { nowMs, periodMs }: { nowMs: number; periodMs: number },
): boolean {
  if (periodMs <= 0) return true;
  const phaseMs = (fingerprint(name) / FINGERPRINTS) * periodMs;
  const momentMs = phaseMs + Math.ceil((readAtMs + 1 - phaseMs) / periodMs) * periodMs;
  const dueMs = momentMs - readAtMs >= periodMs / 4 ? momentMs : momentMs + periodMs / 2;
  // If the clock was far ahead when it was read, it would wait for too long.
  return nowMs >= dueMs || nowMs < readAtMs - periodMs;
}
