import { FINGERPRINTS, fingerprint } from './fingerprint.ts';

/**
 * Whether a partition that was last read in full at a time (all in milliseconds) is to be read again, which it is once a period:
 * at a moment in it that its name chooses, so that those first read together do not all fall due together. What has been read just
 * before its moment waits for half a period more, from where it finds its moment the next time: so it is never due within a quarter
 * of a period, and always within one.
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
  // A clock that was far ahead when it was read would put it off for too long.
  return nowMs >= dueMs || nowMs < readAtMs - periodMs;
}
