import fc from 'fast-check';
import { share } from './fuzzing.ts';

/** One change of a text as bytes. */
export interface Damage {
  readonly what: (typeof DAMAGES)[number];
  /** From 0 to below 1, over all bytes. */
  readonly place: number;
  readonly bytes: Uint8Array;
}

const DAMAGES = [
  'flip',
  'truncate',
  'insert',
  'cut',
  'trailingComma',
  'bom',
  'utf16le',
  'utf16be',
  'latin1',
  'append',
  'twice',
  'spaces',
] as const;

/** Bytes that are no UTF-8, and some that are. */
const ODD_BYTES = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0x80], [0], [0x0b], [0xe2]];

export function damages(most = 2): fc.Arbitrary<Damage[]> {
  const damage = fc.record({
    what: fc.constantFrom(...DAMAGES),
    place: share,
    bytes: fc.oneof(
      fc.constantFrom(...ODD_BYTES).map((bytes) => Uint8Array.from(bytes)),
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
    ),
  });
  return fc.array(damage, { minLength: 1, maxLength: most });
}

/** The bytes of a text after some damages. */
export function damaged(text: string, some: readonly Damage[]): Buffer {
  return some.reduce<Buffer>(damagedBy, Buffer.from(text));
}

function damagedBy(bytes: Buffer, { what, place, bytes: odd }: Damage): Buffer {
  const at = Math.floor(place * bytes.length);
  const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (what) {
    case 'flip': {
      const copy = Buffer.from(bytes);
      if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << ((odd[0] ?? 0) % 8));
      return copy;
    }
    case 'truncate':
      return before;
    case 'insert':
      return Buffer.concat([before, odd, behind]);
    case 'cut':
      return Buffer.concat([before, behind.subarray(1 + ((odd[0] ?? 0) % 40))]);
    case 'trailingComma': {
      const end = bytes.indexOf('}', at);
      return end < 0 ? bytes : Buffer.concat([bytes.subarray(0, end), Buffer.from(','), bytes.subarray(end)]);
    }
    case 'bom':
      return Buffer.concat([Buffer.from('\ufeff'), bytes]);
    case 'utf16le':
      return Buffer.from(`\ufeff${bytes.toString()}`, 'utf16le');
    case 'utf16be':
      return Buffer.from(`\ufeff${bytes.toString()}`, 'utf16le').swap16();
    case 'latin1':
      return Buffer.from(bytes.toString(), 'latin1');
    case 'append':
      return Buffer.concat([bytes, odd]);
    case 'twice':
      return Buffer.concat([bytes, Buffer.from('\n'), bytes]);
    case 'spaces':
      return Buffer.concat([Buffer.from(' \t\r\n'), bytes, Buffer.from('\u00a0')]);
  }
}
