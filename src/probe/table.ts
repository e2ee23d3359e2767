import type { Budget } from '../qlik/budget.ts';
import type { Verdict } from './verdict.ts';

const HEAD = 'assumption';
const MARK_WIDTH = 7;
const NARROWEST = 30;

/** What came of each assumption, for people at a terminal of so many columns; of what does not hold, how the connector copes. */
export function verdictTable(verdicts: readonly Verdict[], columns: number): string {
  const nameWidth = Math.max(HEAD.length, ...verdicts.map(({ assumption: { name } }) => name.length)) + 2;
  const width = Math.max(NARROWEST, columns - MARK_WIDTH - nameWidth);
  const entry = ({ assumption: { name, ifNot }, holds, came }: Verdict) => {
    const mark = holds === undefined ? '?' : holds ? 'yes' : 'NO';
    const copes = holds === false ? wrapped(`copes: ${ifNot.copes}; ${ifNot.how}`, width) : [];
    const [first = '', ...others] = [...wrapped(came.text, width), ...copes];
    const indented = others.map((line) => `${' '.repeat(MARK_WIDTH + nameWidth)}${line}`);
    return [`${mark.padEnd(MARK_WIDTH)}${name.padEnd(nameWidth)}${first}`, ...indented];
  };
  const head = `${'holds'.padEnd(MARK_WIDTH)}${HEAD.padEnd(nameWidth)}what came`;
  return [head, ...verdicts.flatMap(entry)].map((line) => line.trimEnd()).join('\n');
}

/** How many hold, and what it took. */
export function summary(verdicts: readonly Verdict[], budget: Budget, columns: number): string {
  const count = (holds: boolean | undefined) => verdicts.filter((verdict) => verdict.holds === holds).length;
  const uncoped = verdicts.filter(
    ({ holds, assumption }) => holds === false && ['no', 'in part'].includes(assumption.ifNot.copes),
  ).length;
  const { rest, apps, messages, spent, calls } = budget;
  return [
    `${count(true)} of ${verdicts.length} assumptions hold, ${count(undefined)} could not be asked, ${count(false)} do not hold; ` +
      `the connector copes not or in part with ${uncoped} of these.`,
    `${spent} of at most ${calls} calls: ${rest} over REST, ${apps} apps opened, ${messages} messages to their engines.`,
  ]
    .flatMap((line) => wrapped(line, columns))
    .join('\n');
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
