import { createLogUpdate } from 'log-update';
import type { Progress } from './cdk/progress.ts';
import type { Activity } from './cdk/run.ts';

const REFRESH_MS = 200;
const BAR_WIDTH = 20;

/**
 * What shows on a terminal how a read goes, until the function that it returns is called; the last picture stays.
 * `live` is for a terminal of its own: where the messages go to the same one, a moving picture would be torn.
 */
export function watchOn(terminal: NodeJS.WriteStream, live: boolean): (activity: Activity) => () => void {
  return (activity) => {
    const show = createLogUpdate(terminal, { showCursor: true });
    const startedAt = performance.now();
    const draw = () => show(picture(activity, performance.now() - startedAt));
    const timer = live ? setInterval(draw, REFRESH_MS) : undefined;
    return () => {
      clearInterval(timer);
      draw();
      show.done();
    };
  };
}

function picture({ streams, steps, calls }: Activity, elapsedMs: number): string {
  const nameWidth = Math.max(...streams.map(({ name }) => name.length));
  const lines = streams.map(
    (progress) => `${progress.name.padEnd(nameWidth)}  ${bar(progress)}  ${standing(progress)}`,
  );
  const apps = steps?.of === undefined ? '' : `${number(steps.done)} of ${number(steps.of)} apps visited, `;
  return [...lines, `${apps}${number(calls())} calls in ${(elapsedMs / 1_000).toFixed(1)} s`].join('\n');
}

function bar({ status, rows, expectedRows }: Progress): string {
  const share = status === 'COMPLETE' ? 1 : expectedRows ? Math.min(1, rows / expectedRows) : 0;
  const full = Math.round(share * BAR_WIDTH);
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}

function standing({ status, rows, expectedRows, rateLimitedUntilMs }: Progress): string {
  const count =
    rows.toLocaleString('en') + (expectedRows === undefined ? '' : ` of ${expectedRows.toLocaleString('en')}`);
  if (status === 'RUNNING' && rateLimitedUntilMs > Date.now()) {
    return `${count} rows, waiting for Qlik until ${new Date(rateLimitedUntilMs).toLocaleTimeString('en-GB')}`;
  }
  return `${count} rows, ${status?.toLowerCase() ?? 'to come'}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
