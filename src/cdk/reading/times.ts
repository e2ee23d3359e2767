/** What is left as it is, which is nearly everything; days that not every month has are looked at more closely. */
const EXACT =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3}(?:\d{3})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

const PARTS =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[Tt ](?<minute>\d\d:\d\d)(?::(?<second>\d\d)(?:\.(?<fraction>\d+))?)?(?<zone>[Zz]|[+-]\d\d(?::?\d\d)?)?)?$/;

/**
 * A time as every destination takes it: RFC 3339 with no, three or six digits of fraction. Fewer are filled up with zeros, more are cut;
 * a time without an offset is in UTC, a date alone is its midnight there. Null for an empty text; undefined for what is not a time.
 */
export function timeOf(value: unknown): string | null | undefined {
  if (typeof value !== 'string') return undefined;
  if (EXACT.test(value)) return value;
  return value === '' ? null : rewritten(value);
}

function rewritten(text: string): string | undefined {
  const parts = PARTS.exec(text)?.groups as { date: string; [part: string]: string | undefined } | undefined;
  if (!parts) return undefined;
  const { date, minute = '00:00', second = '00', fraction = '' } = parts;
  const clock = `T${minute}:${second}${fractionOf(fraction)}${zoneOf(parts.zone)}`;
  return isDay(date) && EXACT.test(`2026-01-01${clock}`) ? date + clock : undefined;
}

function fractionOf(digits: string): string {
  if (digits === '') return '';
  return `.${digits.slice(0, 6).padEnd(digits.length > 3 ? 6 : 3, '0')}`;
}

function zoneOf(zone = 'Z'): string {
  if (zone.length === 1) return 'Z';
  return `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
}

/** JavaScript takes the 30th of February for a day in March. */
function isDay(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
}
