const MASK = '****';

/** Shorter values are no secrets: masking them would only make messages unreadable. */
const MIN_LENGTH = 4;

/** The values that no message may show. Grows while the program runs, as tokens are fetched. */
export class Secrets {
  #forms: string[] = [];

  /** From now on `value` is masked, plain and in every encoding in which a library's error might repeat it. */
  add(secret: string): void {
    // Pasted values come with blanks around them, and are used without.
    const values = [secret, secret.trim()].filter((value) => value.length >= MIN_LENGTH && value.trim() !== '');
    const forms = values.flatMap((value) => [value, jsonEscaped(value), ...urlEncoded(value), ...base64(value)]);
    // Longest first: a secret that contains another must not leave its rest behind.
    this.#forms = [...new Set([...this.#forms, ...forms])].sort((a, b) => b.length - a.length);
  }

  /** `text` with every known secret replaced by asterisks. */
  mask(text: string): string {
    return this.#forms.reduce((masked, form) => masked.replaceAll(form, MASK), text);
  }
}

function jsonEscaped(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function urlEncoded(value: string): string[] {
  const strict = encodeURIComponent(value.toWellFormed());
  const form = new URLSearchParams([['', value]]).toString().slice(1);
  return [strict, form].flatMap((encoded) => [
    encoded,
    encoded.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()),
  ]);
}

/**
 * The part of `value` that stands unchanged in the base64 of any text around it, for the three ways in which its bytes
 * can fall on base64's groups of three (`Basic` headers hold `user:password`, so a secret seldom starts a group).
 */
function base64(value: string): string[] {
  const whole = ['base64', 'base64url'] as const;
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    const ownedFrom = Math.ceil((offset * 8) / 6);
    const ownedTo = Math.floor((padded.length * 8) / 6);
    return whole.map((encoding) => padded.toString(encoding).slice(ownedFrom, ownedTo));
  });
}
