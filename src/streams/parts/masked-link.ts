import { announcesSecret, endsInAnnouncement } from './readable.ts';

const MASK = '***';

/** From the beginning of a word on, or a long one would be walked from each of its letters. */
const USER = /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*:\/\/)[^/?#@\s'"]*@/gi;
const PARAMETER = /([?&#])([^=&#?'"\s]+)=([^&#'"\s)]+)/g;
const SEGMENT = /(?<=\/([^/?#'"\s]+)\/)[^/?#'"\s]+/g;

/**
 * An address that people are led to, or an expression that comes to one, with `***` for users and passwords, for parameters whose name
 * announces a secret, and for what follows such a name in the path. All else stays: it says where people are led.
 */
export function maskedLink(link: string): string {
  return link
    .replace(USER, `$1${MASK}@`)
    .replace(PARAMETER, (whole, sign: string, key: string) => (isSecretName(key) ? `${sign}${key}=${MASK}` : whole))
    .replace(SEGMENT, (whole, name: string) => (isSecretName(name) ? MASK : whole));
}

/** Whether a name says that what it names is secret: `vPassword`, `api_key`, `x-token`. */
export function isSecretName(name: string): boolean {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2');
  return announcesSecret(name) || endsInAnnouncement(words);
}
