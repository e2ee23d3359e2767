import { TenantError } from './error.ts';

/** Host names of the machine itself. */
export const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The origin of a tenant, such as `https://acme.us.qlikcloud.com`, from what people paste: a bare host name, a page's address.
 * Throws a `config_error`, also for `http://` off this machine, which would send the credentials in the clear.
 */
export function tenantOrigin(pasted: string): string {
  const text = pasted.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (!url?.hostname) throw unusable('is no address');
  if (url.username || url.password) throw unusable('must not hold a user name or password');
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw unusable('must begin with https://, since http:// would send the credentials in the clear');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw unusable('must begin with https://');
  return url.origin;
}

function unusable(fault: string): TenantError {
  return new TenantError(
    'config_error',
    `tenant_url ${fault}. Give the address that your browser shows in Qlik Cloud, such as https://acme.us.qlikcloud.com.`,
  );
}
