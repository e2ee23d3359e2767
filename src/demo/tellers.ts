import { type Sync, screenTable, syncTable } from './sync-table.ts';

/** A way to tell what happens, in lines; undefined where it passes something over. */
export interface Teller {
  begun(url: string): string;
  checked(answer: string): string;
  discovered(streams: readonly string[]): string | undefined;
  /** The first (0), second or third sync begins. */
  reading(index: 0 | 1 | 2): string | undefined;
  happened(events: readonly string[]): string;
  ended(streams: readonly string[], syncs: readonly [Sync, Sync, Sync], exitCode: number): string;
}

/** Columns of a terminal. */
const WIDTH = 80;

/** Columns before a text. */
const INDENT = 10;

/** Beside the messages of the connector: all that happens, and what each stream sent. */
export const inFull: Teller = {
  begun: (url) => `A simulated Qlik Cloud tenant listens at ${url}.`,
  checked: (answer) => paragraph('check', answer),
  discovered: (streams) => paragraph('discover', `${streams.length} streams: ${streams.join(', ')}`),
  reading: (index) =>
    [
      'read      first sync',
      '\nread      second sync, with the state of the first',
      'read      third sync, nothing having happened since',
    ][index] as string,
  happened: (events) => ['\nThen the tenant lives:', ...events.map((event) => `  ${event}`)].join('\n'),
  ended: (streams, syncs) => `\n${syncTable(streams, syncs)}`,
};

/** In the stead of the messages, on a terminal of 80 by 24: in 18 lines, since npm and the shell need some too. */
export const onOneScreen: Teller = {
  begun: () => 'A simulated Qlik Cloud tenant, as the connector reads it by HTTP and WebSocket.',
  checked: (answer) => `check: ${/\d+ of \d+ streams can be read/.exec(answer)?.[0] ?? answer}.`,
  discovered: () => undefined,
  reading: () => undefined,
  happened(events) {
    const lines = events.map((event) => `  ${event}`).filter((line) => widthOf(line) <= WIDTH);
    return [`After the first sync a day passes. ${events.length} things happen, such as:`, ...three(lines)].join('\n');
  },
  ended: (streams, syncs, exitCode) =>
    [
      screenTable(streams, syncs),
      exitCode === 0
        ? 'Messages: npm run -s demo | jq    A tenant to sync: npm run demo -- --serve'
        : 'Something went wrong. What it is, says: npm run demo -- --json',
    ].join('\n'),
};

/** A text behind a word, in lines that fit a terminal, except for what has no blanks. */
function paragraph(word: string, text: string): string {
  const lines = [''];
  for (const part of text.split(' ')) {
    const longer = `${lines.at(-1)} ${part}`.trimStart();
    if (longer.length <= WIDTH - INDENT || lines.at(-1) === '') lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines.map((line, index) => (index === 0 ? word : '').padEnd(INDENT) + line).join('\n');
}

/** The first, one of those further on, and the last. */
function three(lines: readonly string[]): string[] {
  const indexes = new Set([0, Math.floor((lines.length * 2) / 3), lines.length - 1]);
  return lines.filter((_, index) => indexes.has(index));
}

/** Columns that a text takes at most: what is beyond Latin, Greek and Cyrillic letters may take two each. */
function widthOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter > '\u052f' ? 2 : 1), 0);
}
