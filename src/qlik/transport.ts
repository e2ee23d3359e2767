import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { type Dispatcher, request } from 'undici';
import { type AnswerLimits, AnswerTime } from './answer-time.ts';
import { TenantError } from './error.ts';
import { LONGEST_BODY, networkFailure } from './network-failure.ts';

export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  /** The body as text, decompressed. */
  readonly text: string;
}

export interface Question {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
}

/** A page is decoded in a fraction of a millisecond, less than a way to another thread and back costs. */
const DECODERS: { readonly [encoding: string]: (body: Buffer) => Buffer } = {
  gzip: (body) => gunzipSync(body, { maxOutputLength: LONGEST_BODY }),
  br: (body) => brotliDecompressSync(body, { maxOutputLength: LONGEST_BODY }),
  deflate: (body) => inflateSync(body, { maxOutputLength: LONGEST_BODY }),
};

const ACCEPTED = { accept: 'application/json', 'accept-encoding': 'br, gzip' };

/** How a question is sent. */
export interface Sending {
  readonly dispatcher: Dispatcher;
  readonly stop: AbortSignal;
  readonly limits: AnswerLimits;
  /** Whether the host has ever answered: then it is there, whatever the name service says. */
  readonly hasAnswered: boolean;
}

/** One question, one answer, whatever its status; redirects are answers too. Rejects with a `TenantError` if none came whole. */
export async function send(question: Question, { dispatcher, stop, limits, hasAnswered }: Sending): Promise<Answer> {
  const { method, url, headers, body = null } = question;
  using time = new AnswerTime(limits, stop);
  try {
    const answer = await request(url, {
      dispatcher: watchingBytes(dispatcher, (bytes) => time.receive(bytes)),
      method,
      headers: { ...ACCEPTED, ...headers },
      body,
      signal: time.signal,
    });
    time.beginBody();
    const raw = Buffer.from(await answer.body.arrayBuffer());
    const decode = DECODERS[String(answer.headers['content-encoding'] ?? '')];
    const text = (decode ? decode(raw) : raw).toString('utf8');
    return { status: answer.statusCode, headers: answer.headers, text };
  } catch (cause) {
    stop.throwIfAborted();
    const { failureType, words, ...facts } = networkFailure(cause, url, hasAnswered);
    const asked = `${method} ${url.pathname}: no whole answer from ${url.host} (${words}).`;
    throw new TenantError(failureType, asked, { ...facts, cause });
  }
}

/** Counts the bytes of a body on their way: reading it chunk by chunk to count them would take a quarter more time. */
function watchingBytes(dispatcher: Dispatcher, onBytes: (bytes: number) => void): Dispatcher {
  return dispatcher.compose(
    (dispatch) => (options, handler) =>
      dispatch(options, {
        onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
        onResponseStart: (...response) => handler.onResponseStart?.(...response),
        onResponseData: (controller, chunk) => {
          onBytes(chunk.length);
          handler.onResponseData?.(controller, chunk);
        },
        onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
        onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
      }),
  );
}
