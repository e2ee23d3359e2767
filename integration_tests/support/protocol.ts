import { type ErrorTrace, lineViolations, type Message, messagesOf, type StreamStatus } from './messages.ts';

// The rules are those of Airbyte's protocol 0.18 for a source, and never more lenient.

/** What was asked of the program. `usage` is no command at all; a read is `cut` when somebody ended it from outside. */
export type Command = { readonly name: 'spec' | 'check' | 'discover' | 'usage' } | Read;

interface Read {
  readonly name: 'read';
  readonly streams: readonly string[];
  readonly cut?: boolean;
}

/** Faults of all that a command printed, each as `rule: where: what`; none if every message and their order is right. */
export function protocolViolations(stdout: string, command: Command): string[] {
  const faults = lineViolations(stdout);
  // Where a line is no message, the order of the others tells nothing.
  if (faults.length > 0) return faults;
  const messages = messagesOf(stdout);
  return command.name === 'read' ? readViolations(messages, command) : answerViolations(messages, command.name);
}

/** Faults of the exit code, given what was printed before. */
export function exitViolations(stdout: string, command: Command, code: number | null): string[] {
  const messages = messagesOf(stdout);
  const failed = errorsOf(messages).length > 0;
  const answered =
    command.name === 'read'
      ? command.streams.every((stream) => statusesOf(messages, stream).at(-1)?.status === 'COMPLETE')
      : messages.some(({ type }) => type === ANSWERS[command.name]);
  const due = answered && !failed ? 0 : 1;
  return code === due ? [] : [`exit_code: ${command.name}: ${code} instead of ${due}`];
}

export function errorsOf(messages: readonly Message[]): ErrorTrace[] {
  return messages.flatMap(({ trace }) => trace?.error ?? []);
}

export function statusesOf(messages: readonly Message[], stream: string): StreamStatus[] {
  return messages
    .flatMap(({ trace }) => trace?.stream_status ?? [])
    .filter(({ stream_descriptor }) => stream_descriptor.name === stream);
}

/** The one message that each command is asked for. */
const ANSWERS = { spec: 'SPEC', check: 'CONNECTION_STATUS', discover: 'CATALOG', usage: 'none' };

function answerViolations(messages: readonly Message[], command: keyof typeof ANSWERS): string[] {
  const answer = ANSWERS[command];
  const foreign = messages.filter(({ type, trace }) => !(type === answer || type === 'LOG' || trace?.error));
  const answers = messages.filter(({ type }) => type === answer).length;
  const errors = errorsOf(messages).length;
  // A check that fails through nobody's settings has a status for people and an error for the platform.
  const isRight = command === 'check' ? answers <= 1 && errors <= 1 && answers + errors > 0 : answers + errors === 1;
  return [
    ...foreign.map(({ type }) => `foreign: ${command}: ${type} does not belong here`),
    ...(isRight ? [] : [`answer: ${command}: ${answers} answers and ${errors} errors`]),
  ];
}

function readViolations(messages: readonly Message[], { streams, cut = false }: Read): string[] {
  const named = Map.groupBy(messages, streamOf);
  const general = named.get(undefined) ?? [];
  const found = [...named].flatMap(([stream]) => (stream === undefined ? [] : [stream]));
  const failure = errorsOf(general).length > 0;
  const mustBeFailure = found.some((stream) => statusesOf(messages, stream).at(-1)?.status === 'INCOMPLETE');
  const started = found.some((stream) => statusesOf(messages, stream).some(({ status }) => status === 'STARTED'));
  const silent = streams.filter((stream) => !found.includes(stream));
  return [
    ...general.filter(({ type, trace }) => type !== 'LOG' && !trace?.error).map(({ type }) => `foreign: read: ${type}`),
    ...found.filter((stream) => !streams.includes(stream)).map((stream) => `configured: ${stream}: is not configured`),
    // Of a stream nothing need be said only where the program could not begin at all, and says so.
    ...(cut || (failure && !started)
      ? []
      : silent.map((stream) => `silent: ${stream}: is configured and not mentioned`)),
    ...(mustBeFailure && !failure && !cut
      ? ['summary: read: a stream is INCOMPLETE and no error says so for all']
      : []),
    ...found.flatMap((stream) => streamViolations(stream, (named.get(stream) ?? []).map(eventOf), cut)),
  ];
}

function streamOf({ record, state, trace }: Message): string | undefined {
  const descriptor =
    state?.stream.stream_descriptor ?? trace?.stream_status?.stream_descriptor ?? trace?.error?.stream_descriptor;
  return record?.stream ?? descriptor?.name ?? trace?.estimate?.name;
}

/** A message of one stream, as far as their order goes. */
type Event = { readonly kind: 'record' | 'error' | 'estimate' } | StateEvent | { readonly kind: StatusKind };
type StatusKind = 'STARTED' | 'RUNNING' | 'COMPLETE' | 'INCOMPLETE';

interface StateEvent {
  readonly kind: 'state';
  readonly recordCount: number;
  readonly content: string;
}

function eventOf({ record, state, trace }: Message): Event {
  if (record) return { kind: 'record' };
  if (state) {
    const { stream, sourceStats } = state;
    return { kind: 'state', recordCount: sourceStats.recordCount, content: JSON.stringify(stream.stream_state) };
  }
  if (trace?.error) return { kind: 'error' };
  return { kind: trace?.estimate ? 'estimate' : (trace?.stream_status?.status as StatusKind) };
}

type Rule = (events: readonly Event[], cut: boolean) => string | false | undefined;

function streamViolations(stream: string, events: readonly Event[], cut: boolean): string[] {
  const kinds = events.map(({ kind }) => kind);
  // A stream that the source does not have is refused without ever being started.
  if (kinds.join() === 'error,INCOMPLETE') return [];
  return Object.entries(streamRules).flatMap(([rule, find]) => {
    const what = find(events, cut);
    return what ? [`${rule}: ${stream}: ${what}`] : [];
  });
}

const isStatus = ({ kind }: Event) => kind === kind.toUpperCase();
const isEnd = ({ kind }: Event) => kind === 'COMPLETE' || kind === 'INCOMPLETE';

const streamRules: { readonly [rule: string]: Rule } = {
  started_first: ([first]) => first?.kind !== 'STARTED' && `begins with ${first?.kind}`,
  running_between: (events, cut) => {
    const [, ...middle] = events.filter(isStatus);
    const last = cut && !middle.some(isEnd) ? undefined : middle.pop();
    const isOdd = (middle.length === 0 && !cut) || middle.some(({ kind }) => kind !== 'RUNNING');
    return (isOdd || (last && !isEnd(last))) && `goes through ${events.filter(isStatus).map(({ kind }) => kind)}`;
  },
  records_while_running: (events) => {
    const running = events.findIndex(({ kind }) => kind === 'RUNNING');
    const record = events.findIndex(({ kind }) => kind === 'record');
    return record >= 0 && (running < 0 || record < running) && 'a RECORD before RUNNING';
  },
  terminal_last: (events, cut) => {
    const end = events.findIndex(isEnd);
    if (end < 0) return !cut && 'has no end';
    return end < events.length - 1 && `${events[end + 1]?.kind} after its end`;
  },
  record_count: (events) => {
    let records = 0;
    for (const event of events) {
      if (event.kind === 'record') records += 1;
      if (event.kind !== 'state') continue;
      if (event.recordCount !== records) return `a STATE counts ${event.recordCount} records of ${records}`;
      records = 0;
    }
    return undefined;
  },
  at_least_one_state: (events, cut) => !cut && !events.some(({ kind }) => kind === 'state') && 'has no STATE',
  state_before_complete: (events) => {
    const last = events.filter(({ kind }) => kind === 'state' || kind === 'record').at(-1);
    return (
      events.at(-1)?.kind === 'COMPLETE' && last?.kind === 'record' && 'no STATE between the last RECORD and COMPLETE'
    );
  },
  states_differ: (events) => {
    const states = events.filter((event) => event.kind === 'state');
    const same = states.find(
      ({ content, recordCount }, index) => recordCount > 0 && content === states[index - 1]?.content,
    );
    return same && 'two STATEs with records between them are the same';
  },
  failure_is_told: (events, cut) => {
    const isTold = events.some(({ kind }) => kind === 'error');
    const isFailure = events.some(({ kind }) => kind === 'INCOMPLETE');
    return (
      (isFailure && !isTold && 'INCOMPLETE without a reason') ||
      (isTold && !isFailure && !cut && 'an error, yet not INCOMPLETE')
    );
  },
};
