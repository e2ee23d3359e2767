import { ConnectorError } from './errors.ts';
import { isObject, readJsonFile } from './input.ts';
import type { JsonObject } from './messages.ts';

/** What earlier syncs left, by stream name. */
export type SavedStates = ReadonlyMap<string, JsonObject>;

/**
 * The saved state of each stream, from a file: an array of STATE messages, bare or in their envelope, the last of a stream
 * counting. No path, an empty file, `[]`, `{}` and null mean that there is none.
 * Throws a `config_error` for anything else: half a state would lose rows in silence.
 */
export async function readState(path: string | undefined): Promise<SavedStates> {
  const state = path === undefined ? undefined : await readJsonFile(path, 'state');
  if (state === undefined || state === null || (isObject(state) && Object.keys(state).length === 0)) return new Map();
  const states = Array.isArray(state) ? state.map(streamState) : [undefined];
  if (states.includes(undefined)) {
    throw new ConnectorError(
      'config_error',
      `The state file ${path} must hold an array of STATE messages of type STREAM, as an earlier read printed them. ` +
        'Give it those, or leave the state out to read everything afresh.',
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
