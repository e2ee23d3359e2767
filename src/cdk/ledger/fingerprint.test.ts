import { expect, test } from 'vitest';
import { dice } from '../testing/library.ts';
import { fingerprint, packed, unpacked } from './fingerprint.ts';

const MOST = 2 ** 48 - 1;

test('a fingerprint is the beginning of the SHA-1 of a text', () => {
  expect(fingerprint('abc')).toBe(0xa9993e364706);
  expect(fingerprint('')).toBe(0xda39a3ee5e6b);
});

test('fingerprints tell texts apart', () => {
  const texts = ['a', 'b', 'A', 'a ', 'ä', '{"id":"1"}', '{"id":"2"}', '{"id":1}'];
  expect(new Set(texts.map(fingerprint)).size).toBe(texts.length);
});

test('fingerprints tell apart texts that differ in half a pair of surrogates alone', () => {
  const texts = ['\ud800', '\ud801', '\udc00', '\ufffd', '\ud800\udc00', '\ud800\udc01', '\udc00\ud800'];
  expect(new Set(texts.map(fingerprint)).size).toBe(texts.length);
});

test.each([0, 1, 2, 3, 1_000])('packs %i fingerprints and unpacks them again', (count) => {
  const roll = dice(count);
  const fingerprints = Array.from({ length: count }, () => roll(2 ** 31) * 2 ** 17 + roll(2 ** 17));
  const text = packed(fingerprints);
  expect(text).toHaveLength(count * 8);
  expect(unpacked(text, count)).toEqual(fingerprints);
});

test('packs the smallest and the largest', () => {
  expect(unpacked(packed([0, MOST, 0]), 3)).toEqual([0, MOST, 0]);
});

const TEXT = packed([1, 2, MOST]);

test.each([
  ['that is cut off', TEXT.slice(0, -1)],
  ['that lacks a fingerprint', TEXT.slice(8)],
  ['with one too many', `${TEXT}${packed([4])}`],
  ['with a sign that does not belong there', `${TEXT.slice(0, -1)}!`],
  ['with a space in it', `${TEXT.slice(0, 8)} ${TEXT.slice(8)}`],
  ['of another alphabet', TEXT.replaceAll('/', '_')],
  ['that is filled up', `${TEXT}====`],
  ['that is empty', ''],
])('refuses a text %s', (_, text) => {
  expect(unpacked(TEXT, 3)).toEqual([1, 2, MOST]);
  expect(unpacked(text, 3)).toBeUndefined();
});
