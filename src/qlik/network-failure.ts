import type { Facts, TenantError } from './error.ts';
import { LOOPBACK } from './tenant-url.ts';

/** The longest body that is taken, in bytes, as it comes and decompressed: a page of Qlik's has well under one million. */
export const LONGEST_BODY = 128 * 1024 * 1024;

/** Why no whole answer came from a host. */
interface NetworkFailure extends Pick<Facts, 'isUnreachable'> {
  readonly failureType: TenantError['failureType'];
  /** What the network said. */
  readonly words: string;
  readonly remedy: string;
}

/** Authorities that are not trusted, by Node's names for OpenSSL's verdicts. */
const UNTRUSTED = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);

const OUT_OF_DATE = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

const BROKEN_ENCODING = /^(Z_|ERR__ERROR_FORMAT|ERR_PADDING|ERR_BROTLI)/;

/**
 * What a failed call to `url` comes to: who must act, and what to do. `hasAnswered` says whether the host has answered in this run:
 * an unknown name is then a fault of the name service, which passes.
 */
export function networkFailure(cause: unknown, url: URL, hasAnswered: boolean): NetworkFailure {
  const { code, words, hostname } = reason(cause);
  const setting = (remedy: string): NetworkFailure => ({ failureType: 'config_error', words, remedy });
  const passing = (remedy: string): NetworkFailure => ({
    failureType: 'transient_error',
    words,
    remedy,
    isUnreachable: !BROKEN_ENCODING.test(code),
  });
  if (UNTRUSTED.has(code)) {
    return setting(
      'Its certificate comes from an authority that is not trusted here: give that authority as ca_certificate.',
    );
  }
  if (OUT_OF_DATE.has(code)) {
    return setting(
      'Its certificate is out of date: check the clock of this machine; else whoever runs the host or the proxy has to renew it.',
    );
  }
  if (code.startsWith('ERR_TLS_CERT') || code.startsWith('CERT_')) {
    return setting('The host shows a certificate that is not valid for it: check tenant_url.');
  }
  if (code === 'ENOTFOUND') {
    const isProxy = hostname !== undefined && hostname !== url.hostname;
    const remedy = isProxy
      ? `There is no such host as ${hostname}, which the environment names as the proxy: check HTTPS_PROXY.`
      : 'There is no such host: check tenant_url.';
    return hasAnswered ? passing('It has answered before: look at the name service of this machine.') : setting(remedy);
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO') {
    return setting('The host does not speak TLS there: check tenant_url and its port.');
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' || code === 'ERR_BUFFER_TOO_LARGE') {
    const limit = LONGEST_BODY / 1024 / 1024;
    const remedy = `No answer of Qlik's has more than ${limit} MiB. Check that no proxy answers in its place.`;
    return { failureType: 'system_error', words, remedy };
  }
  if (/\b407\b/.test(words)) return setting('The proxy wants a user name and password: put them into HTTPS_PROXY.');
  if (code === 'ECONNREFUSED' && LOOPBACK.test(url.hostname)) {
    return passing('Nobody listens there: check tenant_url. A container is a machine of its own.');
  }
  return passing(
    'Check tenant_url, and that this machine may reach the host (firewall, Qlik Cloud IP allowlist, HTTPS_PROXY).',
  );
}

interface Reason {
  readonly code: string;
  readonly words: string;
  /** The name that is not known, if that is it. */
  readonly hostname?: string | undefined;
}

function reason(cause: unknown): Reason {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reason(cause.errors[0]);
  if (!(cause instanceof Error)) return { code: '', words: String(cause) };
  if (cause.cause instanceof Error && !('code' in cause.cause && cause.cause.code === undefined))
    return reason(cause.cause);
  const code = 'code' in cause ? String(cause.code) : '';
  const hostname = 'hostname' in cause ? String(cause.hostname) : undefined;
  // OpenSSL writes addresses and files of its own into its messages; one part of them is for people.
  const words = /:SSL routines:[^:]*:([^:]+):/.exec(cause.message)?.[1] ?? cause.message;
  return { code, words: code && !words.includes(code) ? `${code}: ${words}` : words, hostname };
}
