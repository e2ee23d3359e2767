import type { LogLevel } from './messages.ts';
import type { Output } from './output.ts';

/** What the program tells people while it runs, as LOG messages; `debug` only if the environment asks for it. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /** A warning at the reader's pace, where there may be thousands of them. */
  warnInTurn(message: string): Promise<void>;
}

export function openLogger(output: Output, debugging: boolean): Logger {
  const log = (level: LogLevel) => (message: string) => output.post({ type: 'LOG', log: { level, message } });
  return {
    debug: debugging ? log('DEBUG') : () => undefined,
    info: log('INFO'),
    warn: log('WARN'),
    warnInTurn: (message) => output.send({ type: 'LOG', log: { level: 'WARN', message } }),
  };
}
