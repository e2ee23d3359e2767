import { hash } from 'node:crypto';

const BYTES = 6;

/** Fingerprints are less than that. */
export const PRINTS = 2 ** (BYTES * 8);

/** A text as a number of 48 bits: two that differ share one by a chance of one in 280 million millions. */
export function fingerprint(text: string): number {
  return hash('sha1', text, 'buffer').readUIntBE(0, BYTES);
}

/** The fingerprint of something in JSON. */
export function printOf(value: unknown): number {
  return fingerprint(JSON.stringify(value) ?? '');
}

/** Fingerprints as one text, 8 characters each. */
export function packed(prints: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(prints.length * BYTES);
  for (const [index, print] of prints.entries()) bytes.writeUIntBE(print, index * BYTES, BYTES);
  return bytes.toString('base64');
}

/** The fingerprints in a text; undefined if it does not hold exactly that many. */
export function unpacked(text: string, count: number): number[] | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== count * BYTES || bytes.toString('base64') !== text) return undefined;
  return Array.from({ length: count }, (_, index) => bytes.readUIntBE(index * BYTES, BYTES));
}
