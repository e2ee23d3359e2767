import { createLogUpdate } from 'log-update';
import { withoutControls } from './protocol/terminal.ts';
import type { Walk } from './reading/division.ts';
import type { Progress } from './reading/progress.ts';
import type { Activity } from './run.ts';

const REFRESH_MS = 200;
const BAR_WIDTH = 8;
/** After that long without an answer people wonder whether there is anybody. */
const LONG_SILENCE_MS = 15_000;

/** What a person at a terminal sees, who would otherwise have to search the messages for it. */
export interface Display {
  /** Prints a line that stays. */
  note(text: string): void;
  /** Shows how a read goes, until the function that it returns is called; the last picture stays. */
  watch(activity: Activity): () => void;
}

/** `live` is for a terminal of its own: where the messages go to the same one, a moving picture would be torn. */
export function openDisplay(terminal: NodeJS.WriteStream, live: boolean): Display {
  const show = createLogUpdate(terminal, { showCursor: true });
  return {
    note: (text) => live && show.persist(withoutControls(text).replaceAll(/\s*\n\s*/g, ' ')),
    watch(activity) {
      const startedAt = performance.now();
      const draw = () => show(withoutControls(picture(activity, performance.now() - startedAt)));
      const timer = live ? setInterval(draw, REFRESH_MS) : undefined;
      return () => {
        clearInterval(timer);
        draw();
        show.done();
      };
    },
  };
}

function picture(activity: Activity, elapsedMs: number): string {
  const { streams, walks, calls } = activity;
  const nameWidth = Math.max(...streams.map(({ name }) => name.length));
  const lines = streams.map((progress) => {
    const walk = walks.find(({ streams: walkers, coverage }) => walkers.includes(progress) || coverage === progress);
    return `${progress.name.padEnd(nameWidth)}  ${bar(shareOf(progress, walk))}  ${standing(progress, walk)}`;
  });
  const visits = walks.filter(({ steps }) => steps.of !== undefined);
  // A stream that goes through the same partitions by itself shows in its bar how far it has come.
  const shared = visits.filter(({ label }, index) => visits.findIndex((other) => other.label === label) === index);
  const done = shared.map(({ label, steps }) => `${number(steps.done)} of ${number(steps.of ?? 0)} ${label} done, `);
  lines.push(`${done.join('')}${number(calls())} calls in ${(elapsedMs / 1_000).toFixed(1)} s`);
  const silentMs = unaskedSilenceMs(activity);
  if (silentMs >= LONG_SILENCE_MS)
    lines.push(`no answer from the tenant for ${number(Math.floor(silentMs / 1_000))} s`);
  return lines.join('\n');
}

/** How long the tenant has not answered, the waits apart that it has asked for. */
function unaskedSilenceMs({ streams, silentMs }: Activity): number {
  const running = streams.filter(({ status }) => status === 'RUNNING');
  if (running.length === 0) return 0;
  return Math.min(silentMs(), ...running.map(({ rateLimitedUntilMs }) => Date.now() - rateLimitedUntilMs));
}

function shareOf({ status, rowsFound, expectedRows }: Progress, walk: Walk | undefined): number {
  if (status === 'COMPLETE') return 1;
  const [done, of] = walk?.steps.of === undefined ? [rowsFound, expectedRows] : [walk.steps.done, walk.steps.of];
  return of ? Math.min(1, done / of) : 0;
}

/** Full only at the very end. */
function bar(share: number): string {
  const full = Math.floor(share * BAR_WIDTH);
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}

function standing(progress: Progress, walk: Walk | undefined): string {
  const { status, rowsFound, rateLimitedUntilMs } = progress;
  if (status === undefined) return 'to come';
  if (status === 'INCOMPLETE') return `${rowCount(progress)}, incomplete`;
  if (status === 'RUNNING' && rateLimitedUntilMs > Date.now()) {
    return `${found(progress)}, waiting until ${new Date(rateLimitedUntilMs).toLocaleTimeString('en-GB')}`;
  }
  if (status === 'RUNNING' && rowsFound === 0 && walk) {
    if (walk.steps.of === undefined && walk.steps.needsList) return `waiting for the list of ${walk.label}`;
    if (walk.coverage === progress) return `waiting until all ${walk.label} are done`;
  }
  return rowCount(progress);
}

/** What was found, and how much of it was news, unless all of it was. */
function rowCount(progress: Progress): string {
  const { rows, rowsDeleted, rowsFound } = progress;
  const sent = rows - rowsDeleted;
  const news = sent === rowsFound ? '' : `, ${number(sent)} new or changed`;
  return `${found(progress)}${news}${rowsDeleted > 0 ? `, ${number(rowsDeleted)} deleted` : ''}`;
}

function found({ status, rowsFound, expectedRows = 0 }: Progress): string {
  const expected = status !== 'COMPLETE' && expectedRows > rowsFound ? ` of ${number(expectedRows)}` : '';
  return `${number(rowsFound)}${expected} ${rowsFound === 1 && expected === '' ? 'row' : 'rows'} found`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
