import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { type Dispatcher, request } from 'undici';
import { TenantError } from './error.ts';
import { LOOPBACK } from './tenant-url.ts';

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

/** The longest body that is taken, in bytes, as it comes and decompressed: a page of Qlik's has well under one million. */
export const LONGEST_BODY = 128 * 1024 * 1024;

/** A page is decoded in a fraction of a millisecond, less than a way to another thread and back costs. */
const DECODERS: { readonly [encoding: string]: (body: Buffer) => Buffer } = {
  gzip: (body) => gunzipSync(body, { maxOutputLength: LONGEST_BODY }),
  br: (body) => brotliDecompressSync(body, { maxOutputLength: LONGEST_BODY }),
  deflate: (body) => inflateSync(body, { maxOutputLength: LONGEST_BODY }),
};

const ACCEPTED = { accept: 'application/json', 'accept-encoding': 'br, gzip' };

/** One question, one answer, whatever its status; redirects are answers too. Rejects with a `TenantError` if none came whole. */
export async function send(dispatcher: Dispatcher, question: Question, stop: AbortSignal): Promise<Answer> {
  const { method, url, headers, body = null } = question;
  try {
    const answer = await request(url, {
      dispatcher,
      method,
      headers: { ...ACCEPTED, ...headers },
      body,
      signal: stop,
    });
    const raw = Buffer.from(await answer.body.arrayBuffer());
    const decode = DECODERS[String(answer.headers['content-encoding'] ?? '')];
    const text = (decode ? decode(raw) : raw).toString('utf8');
    return { status: answer.statusCode, headers: answer.headers, text };
  } catch (cause) {
    stop.throwIfAborted();
    throw noAnswer(question, cause);
  }
}

const UNTRUSTED = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
]);

function noAnswer({ method, url }: Question, cause: unknown): TenantError {
  const { code, text } = reason(cause);
  const asked = `${method} ${url.pathname}: no whole answer from ${url.host} (${text}).`;
  const failed = (failureType: TenantError['failureType'], remedy: string) =>
    new TenantError(failureType, asked, { cause, remedy });
  if (UNTRUSTED.has(code)) {
    return failed(
      'config_error',
      'Its certificate comes from an authority that is not trusted here: give that authority as ca_certificate.',
    );
  }
  if (code === 'ENOTFOUND') return failed('config_error', 'There is no such host: check tenant_url.');
  if (code.startsWith('ERR_TLS_CERT') || code.startsWith('CERT_')) {
    return failed('config_error', 'The host shows a certificate that is not valid for it: check tenant_url.');
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO') {
    return failed('config_error', 'The host does not speak TLS there: check tenant_url and its port.');
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' || code === 'ERR_BUFFER_TOO_LARGE') {
    const limit = LONGEST_BODY / 1024 / 1024;
    return failed(
      'system_error',
      `No answer of Qlik's has more than ${limit} MiB. Check that no proxy answers in its place.`,
    );
  }
  if (/\b407\b/.test(text)) {
    return failed('config_error', 'The proxy wants a user name and password: put them into HTTPS_PROXY.');
  }
  if (code === 'ECONNREFUSED' && LOOPBACK.test(url.hostname)) {
    return failed('transient_error', 'Nobody listens there: check tenant_url. A container is a machine of its own.');
  }
  return failed(
    'transient_error',
    'Check tenant_url, and that this machine may reach the host (firewall, Qlik Cloud IP allowlist, HTTPS_PROXY).',
  );
}

function reason(cause: unknown): { code: string; text: string } {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reason(cause.errors[0]);
  if (!(cause instanceof Error)) return { code: '', text: String(cause) };
  if (cause.cause instanceof Error && !('code' in cause.cause && cause.cause.code === undefined))
    return reason(cause.cause);
  const code = 'code' in cause ? String(cause.code) : '';
  // OpenSSL writes addresses and files of its own into its messages; one part of them is for people.
  const words = /:SSL routines:[^:]*:([^:]+):/.exec(cause.message)?.[1] ?? cause.message;
  return { code, text: code && !words.includes(code) ? `${code}: ${words}` : words };
}
