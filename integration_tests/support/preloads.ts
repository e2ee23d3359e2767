/** Runs ahead of the program: its pauses take a hundredth of the time, and a check has no end of its own, which a busy machine would meet. */
export const IN_A_HURRY = `
  import timers from 'node:timers/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { setTimeout } = timers;
  timers.setTimeout = (ms, ...rest) => setTimeout(ms / 100, ...rest);
  const { setTimeout: later } = globalThis;
  globalThis.setTimeout = (then, ms, ...rest) => later(then, ms === 7_500 ? 100_000 : ms, ...rest);
  syncBuiltinESMExports();`;

/** Tells each timer of five seconds that runs out, on file descriptor 3: so long an engine has to agree to the end of a session. */
export const TELL_FIVE_SECONDS = `
  import { writeSync } from 'node:fs';
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (then, ms, ...rest) => {
    if (ms !== 5_000) return setTimeout(then, ms, ...rest);
    return setTimeout(() => {
      writeSync(3, 'ran out\\n');
      then(...rest);
    }, 50);
  };`;
