import { ConnectorError } from '../errors.ts';
import { isObject, readJsonLinesFile } from './input.ts';
import type { JsonObject } from './messages.ts';

/** What earlier syncs left, by stream name. */
export type SavedStates = ReadonlyMap<string, JsonObject>;

/** What a read prints besides STATE messages, which is passed over where all of it was kept. */
const OTHER_MESSAGES: readonly unknown[] = ['RECORD', 'LOG', 'TRACE'];

/**
 * The saved state of each stream, from a file: STATE messages, bare or in their envelope, as an array or one a line, the
 * last of a stream counting; other messages of a read are passed over. No path, an empty file, `[]`, `{}` and null mean
 * that there is none.
 * A last line that is cut off behind whole states is left out, with a warning: those before it are true.
 * Throws a `config_error` for anything else: half a state would lose rows in silence.
 */
export async function readState(path: string | undefined, onWarning: (text: string) => void): Promise<SavedStates> {
  const { value: state, cutOff } = path === undefined ? {} : await readJsonLinesFile(path, 'state');
  if (state === undefined || state === null || (isObject(state) && Object.keys(state).length === 0)) return new Map();
  const messages = Array.isArray(state) ? state : [state];
  const states = messages
    .filter((message) => !(isObject(message) && OTHER_MESSAGES.includes(message.type)))
    .map(streamState);
  if (cutOff && states.length === 0) throw cutOff;
  if (states.includes(undefined)) {
    throw new ConnectorError(
      'config_error',
      `The state file ${path} must hold STATE messages of type STREAM, as an earlier read printed them: one a line, or in ` +
        'an array. Give it those, or leave the state out to read everything afresh.',
    );
  }
  if (cutOff) {
    onWarning(
      `${cutOff.message} It is cut off, as when a write was interrupted, and is left out: the states before it count, and what ` +
        'came after them is read again.',
    );
  }
  const last = new Map(states.flatMap((entry) => (entry ? [[entry.name, entry.state]] : [])));
  return new Map([...last].flatMap(([name, saved]) => (saved ? [[name, saved]] : [])));
}

interface StreamState {
  readonly name: string;
  readonly state: JsonObject | undefined;
}

function streamState(message: unknown): StreamState | undefined {
  if (!isObject(message)) return undefined;
  const bare = message.type === 'STATE' ? message.state : message;
  const stream = isObject(bare) && bare.type === 'STREAM' ? bare.stream : undefined;
  if (!isObject(stream) || !isObject(stream.stream_descriptor)) return undefined;
  const { name } = stream.stream_descriptor;
  const state = stream.stream_state ?? undefined;
  return typeof name === 'string' && (state === undefined || isObject(state)) ? { name, state } : undefined;
}
