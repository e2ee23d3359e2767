import { createLogUpdate } from 'log-update';
import { withoutControls } from './protocol/terminal.ts';
import type { Progress } from './reading/progress.ts';
import type { Activity } from './run.ts';

const REFRESH_MS = 200;
const BAR_WIDTH = 20;

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

function picture({ streams, walks, calls }: Activity, elapsedMs: number): string {
  const nameWidth = Math.max(...streams.map(({ name }) => name.length));
  const lines = streams.map((progress) => {
    const walk = walks.find(({ streams: walkers }) => walkers.includes(progress));
    const share = walk ? shareOf(walk.steps.done, walk.steps.of) : shareOf(progress.rowsFound, progress.expectedRows);
    return `${progress.name.padEnd(nameWidth)}  ${bar(progress.status === 'COMPLETE' ? 1 : share)}  ${standing(progress)}`;
  });
  const done = walks.flatMap(({ label, steps }) =>
    steps.of === undefined ? [] : [`${number(steps.done)} of ${number(steps.of)} ${label} done, `],
  );
  return [...lines, `${done.join('')}${number(calls())} calls in ${(elapsedMs / 1_000).toFixed(1)} s`].join('\n');
}

function shareOf(done: number | undefined, of: number | undefined): number {
  return done && of ? Math.min(1, done / of) : 0;
}

function bar(share: number): string {
  const full = Math.round(share * BAR_WIDTH);
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}

function standing({ status, rows, rowsFound, expectedRows = 0, rateLimitedUntilMs }: Progress): string {
  const found = number(rowsFound) + (expectedRows > rowsFound ? ` of ${number(expectedRows)}` : '');
  const count = `${found} rows${rows === rowsFound ? '' : `, ${number(rows)} sent`}`;
  if (status === 'RUNNING' && rateLimitedUntilMs > Date.now()) {
    return `${count}, waiting until ${new Date(rateLimitedUntilMs).toLocaleTimeString('en-GB')}`;
  }
  return `${count}, ${status?.toLowerCase() ?? 'to come'}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
