/** A number from 0 up to, not including, `sides`. */
export type Die = (sides: number) => number;

/**
 * Dice that depend on nothing but seed, kind and index: row 99,999 is made without the rows before it, and a new list with a
 * kind of its own moves no row of another.
 */
export function dice(seed: number, kind: string): (index: number) => Die {
  let salt = seed | 0;
  for (const letter of kind) salt = mix(salt ^ letter.charCodeAt(0));
  return (index) => {
    let state = mix(salt ^ Math.imul(index + 1, 0x9e3779b1));
    return (sides) => {
      state = (state + 0x6d2b79f5) | 0;
      return mix(state) % sides;
    };
  };
}

/** One of the list. */
export function pick<T>(die: Die, list: readonly T[]): T {
  return list[die(list.length)] as T;
}

/** True in about `percent` of 100 cases. */
export function chance(die: Die, percent: number): boolean {
  return die(100) < percent;
}

/** A string of random hexadecimal digits. */
export function hex(die: Die, digits: number): string {
  let text = '';
  while (text.length < digits) text += die(0x10000).toString(16).padStart(4, '0');
  return text.slice(0, digits);
}

/** A random UUID, version 4. */
export function uuid(die: Die): string {
  const digits = hex(die, 30);
  const parts = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(12, 15)}`, `a${digits.slice(15, 18)}`];
  return `${parts.join('-')}-${digits.slice(18)}`;
}

function mix(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
