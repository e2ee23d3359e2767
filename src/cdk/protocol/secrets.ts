const MASK = '****';

/** Shorter values are no secrets: masking them would only make messages unreadable. */
const MIN_LENGTH = 4;

/** So many characters in a row give a longer secret away, also cut out of it. */
const PART_LENGTH = 12;

/** Fewer different characters say nothing: a secret of dashes must not take the rules out of other texts. */
const MIN_DIFFERENT = 4;

/** The values that no message may show. Grows while the program runs, as tokens are fetched. */
export class Secrets {
  #forms: string[] = [];
  readonly #parts = new Set<string>();

  /**
   * From now on `value` is masked, plain and in every encoding in which an answer or a library's error might repeat it; of a value
   * of 12 characters and more any 12 in a row too, whatever their case, with blanks and line breaks among them or not.
   */
  add(secret: string): void {
    // Pasted values come with blanks around them, and are used without.
    const values = [...new Set([secret, secret.trim()])].filter(
      (value) => value.length >= MIN_LENGTH && value.trim() !== '',
    );
    const forms = values.flatMap(formsOf);
    // Longest first: a secret that contains another must not leave its rest behind.
    this.#forms = [...new Set([...this.#forms, ...forms])].sort((a, b) => b.length - a.length);
    for (const value of values.filter(({ length }) => length >= PART_LENGTH)) {
      for (const form of new Set(formsOf(value).map((text) => bare(text).signs))) this.#addParts(form);
    }
  }

  #addParts(form: string): void {
    for (let at = 0; at + PART_LENGTH <= form.length; at += 1) {
      const part = form.slice(at, at + PART_LENGTH);
      if (saysSomething(part)) this.#parts.add(part);
    }
  }

  /** `text` with every known secret replaced by asterisks. */
  mask(text: string): string {
    return this.#withoutParts(this.#forms.reduce((masked, form) => masked.replaceAll(form, MASK), text));
  }

  #withoutParts(text: string): string {
    if (this.#parts.size === 0 || text.length < PART_LENGTH) return text;
    const { signs, places } = bare(text);
    let masked = '';
    let shownTo = 0;
    let secretTo = -1;
    for (let at = 0; at + PART_LENGTH <= signs.length; at += 1) {
      if (!this.#parts.has(signs.slice(at, at + PART_LENGTH))) continue;
      if (at > secretTo) masked += text.slice(shownTo, places[at]) + MASK;
      secretTo = at + PART_LENGTH;
      shownTo = (places[secretTo - 1] ?? text.length) + 1;
    }
    return masked + text.slice(shownTo);
  }
}

function saysSomething(part: string): boolean {
  let different = '';
  for (const sign of part) {
    if (!different.includes(sign)) different += sign;
    if (different.length >= MIN_DIFFERENT) return true;
  }
  return false;
}

/**
 * What may be put into a text without its being another: blanks and signs that cannot be seen, also escaped; backslashes; colons between
 * hexadecimal digits.
 */
const PUT_IN = /[\s\p{Cc}\p{Cf}]|\\[nrt]?|%(?:0[9ad]|20)|(?<=[\da-f]{2}):(?=[\da-f]{2})/giu;

/** A text in small letters and without what may be put in, and the place where each of its signs stands in the text. */
function bare(text: string): { signs: string; places: Uint32Array } {
  const places = new Uint32Array(text.length);
  let signs = '';
  let from = 0;
  const take = (to: number) => {
    for (let at = from; at < to; at += 1) places[signs.length + at - from] = at;
    signs += inSmallLetters(text.slice(from, to));
  };
  for (const { index, 0: put } of text.matchAll(PUT_IN)) {
    take(index);
    from = index + put.length;
  }
  take(text.length);
  return { signs, places };
}

/** Letter by letter where that changes their number. */
function inSmallLetters(text: string): string {
  const small = text.toLowerCase();
  if (small.length === text.length) return small;
  return text.replaceAll(/./gsu, (sign) => (sign.toLowerCase().length === sign.length ? sign.toLowerCase() : sign));
}

function formsOf(value: string): string[] {
  const hex = Buffer.from(value).toString('hex');
  const wholly = hex.replaceAll(/../g, '%$&');
  return [
    ...[value, jsonEscaped(value), ...urlEncoded(value), ...base64(value)],
    ...[hex, hex.toUpperCase(), wholly, wholly.toUpperCase()],
  ];
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
