/** What parts a name into words. */
const SEPARATORS = /[-_.,~ ]+/;

/** A UUID, or its beginning; a long hexadecimal number; a JSON Web Token. */
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-|(?=[0-9a-f]*\d)[0-9a-f]{16}|\beyJ/i;

/** The longest words that people write without a separator, and the longest word of letters and digits mixed at will. */
const LONGEST_WORD = 30;
const LONGEST_MIX = 7;
const LONGEST_NUMBER = 12;

/** Pairs of letters that hardly any word of the languages around us has (0.02 % of the pairs in 20,000 words of ten languages), and every second pair of a token. */
const RARE_PAIR =
  /(?=b[cdfghjkmnpqtvwxz]|c[bdfgjmnpqvwx]|d[cfjknpqtvx]|f[bcdghjkmnpqsvwxz]|g[bcdfjkmpqtvwxz]|h[bcdfghjkpqsvwxz]|i[hiwy]|j[bcdfghjklmnpqrstvwxyz]|k[bcdfgjkmpqvwxz]|l[hjnqrwxz]|m[cdfghjklnqrtvwxz]|n[jpqwx]|oq|p[bcdfgjkmnqvwxz]|q[a-tv-z]|r[jqx]|s[dfgjrxz]|t[bdgjkpqvx]|u[hjquwy]|v[bcdfghjklmnpqrstuvwxyz]|w[bcdfgjkmpqtuvwxz]|x[bcdfghjklmnoqrsuvwxyz]|y[fghjkquvwxyz]|z[bcdfghjklmnpqrstvwx])/gi;

/** What a file's name ends in: no word. */
const EXTENSION = /\.[a-z]{2,7}$/i;

const ANNOUNCING =
  /^(?:pass(?:word|wd|phrase)?|pwd|bearer|basic|credentials?|sig|signature|sas|jwt|pin|auth(?:orization)?|(?:api|access|auth|refresh|secret|bearer|sas|session|private|client|account|shared)?(?:keys?|secrets?|tokens?))$/;

/**
 * Whether a name consists of words and numbers as people choose them. False for what looks like a key or a token: hexadecimal,
 * base64, base32, a UUID, a JSON Web Token. Takes time in proportion to the length.
 */
export function isReadable(name: string): boolean {
  if (name.length > 200 || ID.test(name)) return false;
  const words = wordsOf(name);
  const letters = words.join('').replaceAll(/\d/g, '').length;
  if (letters === 0 && words.some((word) => word.length > LONGEST_MIX)) return false;
  const rarePairs = wordsOf(name.replace(EXTENSION, ''))
    .flatMap(partsOf)
    .flatMap((part) => part.match(RARE_PAIR) ?? []).length;
  // Abbreviations are short.
  if (letters > LONGEST_MIX && rarePairs > Math.max(1, letters / 10)) return false;
  return words.every(isWord) && words.filter(isMixed).length <= 1;
}

/** Whether a word announces that a secret follows, or stands in the same name: `token`, `api_key`, `password`. */
export function announcesSecret(name: string): boolean {
  return ANNOUNCING.test(name.toLowerCase().replaceAll(/[-_. ]/g, ''));
}

/** Whether the last word of a name does, or its last two: `my-token`, `x-api-key`. */
export function endsInAnnouncement(name: string): boolean {
  const words = wordsOf(name);
  return announcesSecret(words.at(-1) ?? '') || announcesSecret(words.slice(-2).join(''));
}

/** Whether some word of several does. */
export function namesSecret(name: string): boolean {
  const words = wordsOf(name);
  return words.length > 1 && words.some((word, at) => announcesSecret(word) || announcesSecret(word + words[at + 1]));
}

/** Letters beyond the Latin alphabet count as vowels: there is no telling a word from a token in them, and tokens have none. */
function wordsOf(name: string): string[] {
  const latin = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/\P{ASCII}/gu, 'a');
  return latin.split(SEPARATORS).filter((word) => word !== '');
}

/** The words that run into each other in `AmazonS3Connector`. */
function partsOf(word: string): string[] {
  return word.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];
}

/** Letters and digits mixed otherwise than in `orders2024`. */
function isMixed(word: string): boolean {
  return /\d/.test(word) && !/^[A-Za-z]*\d+$/.test(word);
}

function isWord(word: string): boolean {
  if (/[^A-Za-z\d]/.test(word)) return false;
  if (word.length <= LONGEST_MIX) return true;
  const [, letters = '', digits = ''] = /^([A-Za-z]*)(\d*)$/.exec(word) ?? [];
  if (letters + digits !== word) return isCamelCase(word, 4);
  if (digits.length > (letters === '' ? LONGEST_NUMBER : 8)) return false;
  return letters.length <= LONGEST_MIX || isCamelCase(letters, letters.length < 16 ? 3 : 4);
}

/** Whether words run into each other, being of so many letters on average. */
function isCamelCase(text: string, averageLength: number): boolean {
  // In between, a number ends a word: another one begins with a capital.
  if (/\d[a-z]|\d{5,}[A-Z]/.test(text)) return false;
  const parts = partsOf(text);
  const length = parts.join('').length;
  if (length < parts.length * averageLength || (length < text.length && !/[a-z]/.test(text))) return false;
  return parts.every((part) => part.length <= LONGEST_WORD);
}
