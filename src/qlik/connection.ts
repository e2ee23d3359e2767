import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { TenantError } from './error.ts';
import { LONGEST_BODY } from './network-failure.ts';

const CONNECT_TIMEOUT_MS = 10_000;

export interface Way {
  /** The tenant's, such as `https://acme.us.qlikcloud.com`. */
  readonly origin: string;
  /** An authority to trust beside the system's, in PEM form. */
  readonly caCertificate?: string | undefined;
  /** How long an answer may take to begin, and to go on, in milliseconds. */
  readonly responseMs: number;
}

/**
 * The way to the tenant: connections kept alive, through the proxy that the environment names, trusting the user's own
 * authority beside the system's. A tenant at an `http://` address is asked directly: a proxy would see the key in the clear.
 * Certificates are always checked. Throws a `config_error` for a certificate or a proxy address that cannot be used.
 */
export function openConnection({ origin, caCertificate, responseMs }: Way): Dispatcher {
  const own = caCertificate !== undefined && { secureContext: trusting(caCertificate) };
  // Without this, NODE_TLS_REJECT_UNAUTHORIZED=0 would let any host read the credentials.
  const tls = { timeout: CONNECT_TIMEOUT_MS, rejectUnauthorized: true, ...own };
  const options: Agent.Options = {
    allowH2: false,
    headersTimeout: responseMs,
    bodyTimeout: responseMs,
    maxResponseSize: LONGEST_BODY,
    connect: tls,
  };
  checkProxies();
  if (origin.startsWith('http:')) return new Agent(options);
  return new EnvHttpProxyAgent({
    ...options,
    httpProxy: setting('http_proxy') ?? '',
    httpsProxy: setting('https_proxy') ?? '',
    noProxy: setting('no_proxy') ?? '',
    // A proxy makes two handshakes: with itself, and through it with the tenant. undici takes the settings of each apart.
    proxyTls: tls,
    requestTls: tls,
  });
}

/** What the environment says, in lower or upper case; an empty text says nothing, and does not hide the other. */
function setting(name: string): string | undefined {
  return process.env[name]?.trim() || process.env[name.toUpperCase()]?.trim() || undefined;
}

/** Passwords of the proxies that the environment names, as they stand there and decoded: no output may show them. */
export function proxyPasswords(): string[] {
  return proxies().flatMap(({ address }) => {
    const password = URL.parse(address)?.password;
    return password ? [password, decoded(password)] : [];
  });
}

/** Percent signs that encode nothing stand for themselves. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function proxies(): { name: string; address: string }[] {
  return ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].flatMap((name) => {
    const address = process.env[name]?.trim();
    return address ? [{ name, address }] : [];
  });
}

function checkProxies(): void {
  for (const { name, address } of proxies()) {
    const { protocol = '', hostname = '', username = '', password = '' } = URL.parse(address) ?? {};
    const readable = [username, password].every((text) => !/%(?![0-9a-f]{2})/i.test(text));
    const usable = /^(https?|socks5?):$/.test(protocol) && readable;
    // TLS knows hosts by name: a certificate for an address of numbers cannot be asked for.
    if (usable && !(protocol === 'https:' && isIP(hostname))) continue;
    throw new TenantError(
      'config_error',
      `The environment variable ${name} is no proxy address that can be used. Give it the form http://localhost:8080 with the name and port of your proxy, one with https:// by its host name, a percent sign in its password as %25; or unset it.`,
    );
  }
}

/**
 * What trusts an authority beside the system's, for all connections: given the certificates, each would read all of them again, which
 * takes longer than the rest of its handshake. Node does so with its own ones once.
 */
function trusting(caCertificate: string): SecureContext {
  // A line break comes as backslash and n where the text went through a form of one line.
  const certificates =
    caCertificate.replaceAll('\\n', '\n').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    if (certificates.length === 0) throw new Error('it holds no block that begins with -----BEGIN CERTIFICATE-----');
    for (const certificate of certificates) new X509Certificate(certificate);
    const known = [...getCACertificates('default'), ...getCACertificates('system')];
    return createSecureContext({ ca: [...new Set([...known, ...certificates])] });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TenantError(
      'config_error',
      `ca_certificate is no certificate in PEM form (${reason}). Paste the whole text of the authority's .pem or .crt file.`,
      { cause },
    );
  }
}
