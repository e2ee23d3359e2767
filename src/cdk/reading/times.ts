/** A day of each month that has it, the 29th of February apart. */
const DAY = '(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)';

/** What is left as it is, which is nearly everything. */
const EXACT = new RegExp(
  `^[0-9]{4}-${DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{3}(?:[0-9]{3})?)?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$`,
);

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
  const isTime = EXACT.test(date + clock) || (isLeapDay(date) && EXACT.test(`2024-01-01${clock}`));
  return isTime ? date + clock : undefined;
}

function fractionOf(digits: string): string {
  if (digits === '') return '';
  return `.${digits.slice(0, 6).padEnd(digits.length > 3 ? 6 : 3, '0')}`;
}

function zoneOf(zone = 'Z'): string {
  if (zone.length === 1) return 'Z';
  return `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
}

/** Where a year has no 29th of February, JavaScript takes it for the 1st of March. */
function isLeapDay(date: string): boolean {
  return date.endsWith('-02-29') && new Date(`${date}T00:00:00Z`).getUTCDate() === 29;
}
