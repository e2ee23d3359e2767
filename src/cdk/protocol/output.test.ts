import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Reader } from '../testing/lines.ts';
import { errorMessage, type Message } from './messages.ts';
import { Output, OutputClosedError } from './output.ts';
import { Secrets } from './secrets.ts';

function open(sink: Writable, stop = new AbortController()) {
  const secrets = new Secrets();
  return { output: new Output(sink, secrets, stop), secrets, stop };
}

describe('whole lines', () => {
  test('stay whole and in each writer’s order, however slow the reader', async () => {
    const reader = new Reader({ highWaterMark: 8, pace: () => 1 });
    const { output } = open(reader);
    const write = async (writer: string) => {
      for (let line = 0; line < 20; line += 1) await output.write(`${JSON.stringify({ type: writer, line })}\n`);
    };
    await Promise.all(['a', 'b', 'c'].map(write));
    await output.flush(5_000);
    const lines = reader.lines as unknown as { type: string; line: number }[];
    expect(lines).toHaveLength(60);
    for (const writer of ['a', 'b', 'c'])
      expect(lines.filter(({ type }) => type === writer).map(({ line }) => line)).toEqual([...Array(20).keys()]);
  });

  test('are one message each, whatever is in its text', async () => {
    const reader = new Reader({});
    const { output } = open(reader);
    const message = 'two\nlines\r\n\u2028 and "quotes"';
    await output.send({ type: 'LOG', log: { level: 'INFO', message } });
    expect(reader.text.indexOf('\n')).toBe(reader.text.length - 1);
    expect(reader.lines).toEqual([{ type: 'LOG', log: { level: 'INFO', message } }]);
  });

  test('of a posted message keep their place among those that are waited for', async () => {
    const reader = new Reader({ highWaterMark: 1, pace: () => 1 });
    const { output } = open(reader);
    const log = (message: string): Message => ({ type: 'LOG', log: { level: 'INFO', message } });
    output.post(log('1'));
    output.post(log('2'));
    await output.send(log('3'));
    expect(reader.lines.map((line) => line.log?.message)).toEqual(['1', '2', '3']);
  });
});

/** A sink that takes a chunk when it is told to. */
class HandOperated extends Writable {
  readonly taken: string[] = [];
  #take: ((error?: Error) => void) | undefined;

  constructor() {
    super({ highWaterMark: 1, decodeStrings: false });
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#take = (error) => {
      if (!error) this.taken.push(chunk);
      done(error);
    };
  }

  async take(error?: Error): Promise<void> {
    this.#take?.(error);
    await sleep(1);
  }
}

/** Whether a promise is settled, and how; asked when all that is under way has had its turn. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  return Promise.race([
    promise.then(
      () => 'resolved',
      (error: Error) => error.name,
    ),
    sleep(2).then(() => 'pending'),
  ]);
}

describe('the pace of the reader', () => {
  test('holds every writer until the sink is drained', async () => {
    const sink = new HandOperated();
    const { output } = open(sink);
    const [first, second] = [output.write('1\n'), output.write('2\n')];
    expect([await stateOf(first), await stateOf(second)]).toEqual(['pending', 'pending']);
    await sink.take();
    expect([await stateOf(first), await stateOf(second)]).toEqual(['pending', 'pending']);
    await sink.take();
    expect([await stateOf(first), await stateOf(second)]).toEqual(['resolved', 'resolved']);
    const third = output.write('3\n');
    expect(await stateOf(third)).toBe('pending');
    await sink.take();
    expect(await stateOf(third)).toBe('resolved');
    expect(sink.taken).toEqual(['1\n', '2\n', '3\n']);
  });

  test('shows until when somebody was held', async () => {
    const sink = new HandOperated();
    const { output } = open(sink);
    expect(output.heldUpUntil).toBe(0);
    const written = [output.write('1\n'), output.write('2\n')];
    const before = performance.now();
    expect(output.heldUpUntil).toBeGreaterThanOrEqual(before);
    await sink.take();
    await sink.take();
    await Promise.all(written);
    const until = output.heldUpUntil;
    await sleep(2);
    expect(output.heldUpUntil).toBe(until);
    expect(until).toBeGreaterThanOrEqual(before);
  });

  test('holds nobody while the sink has room', async () => {
    const { output } = open(new Writable({ write: () => {}, highWaterMark: 1_000 }));
    expect(await stateOf(output.write('1\n'))).toBe('resolved');
  });

  test('does not hold who is told to stop', async () => {
    const sink = new HandOperated();
    const { output, stop } = open(sink);
    const waiting = [output.write('1\n'), output.write('2\n')];
    const reason = new Error('ended by SIGTERM');
    stop.abort(reason);
    expect(await Promise.allSettled(waiting)).toEqual(waiting.map(() => ({ status: 'rejected', reason })));
    await expect(output.write('3\n')).rejects.toBe(reason);
  });

  test('keeps no listener behind for each wait', async () => {
    const sink = new HandOperated();
    const { output } = open(sink);
    for (let line = 0; line < 30; line += 1) {
      const written = Promise.all([output.write('1\n'), output.write('2\n')]);
      await sink.take();
      await sink.take();
      await written;
    }
    expect(sink.listenerCount('drain')).toBe(0);
  });
});

describe('a reader that has gone', () => {
  const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });

  test('stops the program and frees every writer', async () => {
    const sink = new HandOperated();
    const { output, stop } = open(sink);
    const writers = [output.write('1\n'), output.write('2\n'), output.write('3\n')];
    const freed = Promise.allSettled(writers);
    await sink.take(gone);
    expect(stop.signal.reason).toBeInstanceOf(OutputClosedError);
    expect(stop.signal.reason).toMatchObject({ cause: gone });
    for (const result of await freed)
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'OutputClosedError' } });
    await expect(output.write('4\n')).rejects.toBeInstanceOf(OutputClosedError);
    await expect(output.send(errorMessage(gone))).rejects.toBeInstanceOf(OutputClosedError);
    await output.flush(60_000);
    output.post(errorMessage(gone));
  });

  test('without an error is as gone', async () => {
    const sink = new HandOperated();
    const { output, stop } = open(sink);
    const waiting = output.write('1\n');
    sink.destroy();
    await expect(waiting).rejects.toBeInstanceOf(OutputClosedError);
    expect(stop.signal.aborted).toBe(true);
  });

  test('is noticed on a real pipe, and the writer ends', async () => {
    const program = `
      import { Output } from ${JSON.stringify(new URL('output.ts', import.meta.url).href)};
      import { Secrets } from ${JSON.stringify(new URL('secrets.ts', import.meta.url).href)};
      const stop = new AbortController();
      const output = new Output(process.stdout, new Secrets(), stop);
      const error = await (async () => { for (let line = 0; line < 50_000; line += 1) await output.write('x'.repeat(1000) + '\\n'); })().catch((e) => e);
      process.stderr.write(error.name + ' ' + (stop.signal.reason === error) + ' ' + error.cause.code);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program]);
    let told = '';
    child.stderr.on('data', (chunk) => {
      told += chunk;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const [code] = await once(child, 'close');
    expect({ told, code }).toEqual({ told: 'OutputClosedError true EPIPE', code: 0 });
  });
});

describe('flush', () => {
  test('waits until all that was written has been taken', async () => {
    const reader = new Reader({ highWaterMark: 1_000, pace: () => 3 });
    const { output } = open(reader);
    for (const line of ['1', '2', '3']) await output.write(`${line}\n`);
    expect(reader.text).not.toContain('3');
    await output.flush(60_000);
    expect(reader.text).toBe('1\n2\n3\n');
  });

  test('waits for a reader that has stalled no longer than its patience', async () => {
    const { output } = open(new HandOperated());
    output.write('1\n').catch(() => undefined);
    expect(await stateOf(output.flush(60_000))).toBe('pending');
    await output.flush(5);
  });
});

describe('secrets', () => {
  const secret = 'the "secret" of\\life';
  const state: Message = {
    type: 'STATE',
    state: {
      type: 'STREAM',
      stream: { stream_descriptor: { name: 'books' }, stream_state: { message: secret } },
      sourceStats: { recordCount: 1 },
    },
  };
  const catalog: Message = {
    type: 'CATALOG',
    catalog: {
      streams: [
        {
          name: 'books',
          json_schema: { properties: { message: { description: secret, message: secret } } },
          supported_sync_modes: ['full_refresh', 'incremental'],
          source_defined_primary_key: [['id']],
          source_defined_cursor: true,
          default_cursor_field: ['id'],
          is_resumable: false,
        },
      ],
    },
  };

  test('are masked in the texts of logs, traces and statuses', async () => {
    const reader = new Reader({});
    const { output, secrets } = open(reader);
    secrets.add(secret);
    await output.send({ type: 'LOG', log: { level: 'INFO', message: `I know ${secret}` } });
    await output.send({ type: 'CONNECTION_STATUS', connectionStatus: { status: 'FAILED', message: `Not ${secret}` } });
    await output.send(
      errorMessage(new Error(`bad ${secret}`, { cause: new Error(JSON.stringify({ secret })) }), 'books'),
    );
    const [log, status, trace] = reader.lines;
    expect(log?.log?.message).toBe('I know ****');
    expect(status?.connectionStatus?.message).toBe('Not ****');
    expect(trace?.trace?.error?.internal_message).toBe('Error: bad ****');
    expect(trace?.trace?.error?.stack_trace).toContain('{"secret":"****"}');
    expect(reader.text).not.toContain('life');
  });

  test('stay in states, catalogs and records: those are data', async () => {
    const reader = new Reader({});
    const { output, secrets } = open(reader);
    secrets.add(secret);
    const record = `${JSON.stringify({ type: 'RECORD', record: { stream: 'books', data: { message: secret } } })}\n`;
    await output.send(state);
    await output.send(catalog);
    await output.write(record);
    expect(reader.text).toBe(`${JSON.stringify(state)}\n${JSON.stringify(catalog)}\n${record}`);
  });

  test('can be taken out of a text that is no message yet', () => {
    const { output, secrets } = open(new Reader({}));
    secrets.add('token-4711');
    expect(output.masked('refused token-4711')).toBe('refused ****');
  });

  test('are masked as known when the message is sent', async () => {
    const reader = new Reader({});
    const { output, secrets } = open(reader);
    const message: Message = { type: 'LOG', log: { level: 'INFO', message: 'token-4711' } };
    await output.send(message);
    secrets.add('token-4711');
    await output.send(message);
    expect(reader.lines.map(({ log }) => log?.message)).toEqual(['token-4711', '****']);
  });
});
