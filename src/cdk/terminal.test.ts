import { PassThrough, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { openDisplay } from './display.ts';
import { Output } from './protocol/output.ts';
import { Secrets } from './protocol/secrets.ts';
import { withoutControls } from './protocol/terminal.ts';

const HOSTILE: readonly [what: string, text: string][] = [
  ["the window's title", 'a \u001b]0;owned\u0007 b'],
  ['the clipboard', 'a \u001b]52;c;b3duZWQ=\u001b\\ b'],
  ['the cursor', 'a \u001b[2J\u001b[1;1H b'],
  ['a sequence of one byte', 'a \u009b2J\u009d0;owned\u009c\u0090q b'],
  ['the start of the line', 'a \r b \b\b'],
  ['a bell, a null and a delete', 'a \u0007\u0000\u007f b'],
  ['the direction of writing', 'a \u202egnp.exe\u2066 \u200f b'],
  ['separators of lines', 'a \u2028\u2029\u0085\u000b\u000c b'],
];

/** Whatever a terminal might obey, or that turns the reading of what stands there. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

describe.each(HOSTILE)('a text that would move %s', (_, text) => {
  test('keeps its words and nothing that a terminal obeys', () => {
    expect(withoutControls(text)).not.toMatch(OBEYED);
    expect(withoutControls(text)).toMatch(/^a /);
  });

  test('is harmless in a note at a terminal', () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
    openDisplay(terminal as unknown as NodeJS.WriteStream, true).note(text);
    const shown = String(terminal.read());
    expect(shown).toContain(withoutControls(text).slice(0, 8).trim());
    expect(shown).not.toContain(text);
    // The display moves the cursor itself, in no other ways.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(shown.replaceAll(/\u001b\[[\d;?]*[A-Za-z]|\r?\n/g, '')).not.toMatch(OBEYED);
  });

  test.each([true, false])('is the same JSON where stdout is a terminal (%s), and obeyed by none', async (isTTY) => {
    let told = '';
    const sink = new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        told += chunk;
        done();
      },
    });
    const output = new Output(Object.assign(sink, { isTTY }), new Secrets(), new AbortController());
    await output.send({ type: 'LOG', log: { level: 'INFO', message: text } });
    await output.write(`${JSON.stringify({ type: 'RECORD', record: { data: { text } } })}\n`);
    const [log, record, ...others] = told.trimEnd().split('\n');
    expect(JSON.parse(log ?? '').log.message).toBe(text);
    expect(JSON.parse(record ?? '').record.data.text).toBe(text);
    expect(others).toEqual([]);
    if (isTTY) expect(told).not.toMatch(OBEYED);
  });
});

test('words of any language, line breaks and tabs stay', () => {
  const text = 'Zeile eins: Größe\n\tعربى עברית 日本語 👩‍👩‍👧 – “quoted”';
  expect(withoutControls(text)).toBe(text);
});

test('a note is one line, whoever wrote it', () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  openDisplay(terminal as unknown as NodeJS.WriteStream, true).note('Warning: no\nError: forged');
  expect(String(terminal.read())).toContain('Warning: no Error: forged');
});
