import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { streams } from '../../src/streams/index.ts';
import { type Json, lineViolations, type Message, messagesOf } from '../support/messages.ts';
import { MAIN } from '../support/program.ts';

/** Begins a demo as users do. */
export function startDemo(...words: string[]) {
  return spawn(process.execPath, [MAIN, 'demo', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The messages and the summary of a demo that ran to its end. */
export async function performed(...words: string[]) {
  const program = startDemo(...words);
  const [stdout, stderr, [code]] = await Promise.all([
    text(program.stdout),
    text(program.stderr),
    once(program, 'close'),
  ]);
  expect(code).toBe(0);
  expect(lineViolations(stdout)).toEqual([]);
  const messages = messagesOf(stdout);
  const syncs = streams.map(({ name }) => [name, syncsOf(messages, name)] as const);
  return { messages, syncs: new Map(syncs), stderr };
}

/** What each sync sent of a stream. */
function syncsOf(messages: readonly Message[], stream: string): Sync[] {
  const syncs: Sync[] = [];
  for (const { trace, record } of messages) {
    const { stream_descriptor, status } = trace?.stream_status ?? {};
    if (stream_descriptor?.name === stream && status === 'STARTED') syncs.push({ rows: [], gone: [] });
    if (record?.stream === stream) syncs.at(-1)?.[record.data._ab_cdc_deleted_at ? 'gone' : 'rows'].push(record.data);
  }
  return syncs;
}

interface Sync {
  readonly rows: Json[];
  readonly gone: Json[];
}

/** A line of the summary's table. */
export function figuresOf(stderr: string, name: string): string[] {
  const line = stderr.split('\n').find((one) => one.startsWith(`  ${name} `)) ?? '';
  return line
    .slice(name.length + 2)
    .trim()
    .split(/ +/);
}
