/** Control characters, and those that turn the direction of writing. Line breaks and tabs apart, which texts consist of. */
const CONTROLS = /[[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]--[\n\t]]/gv;

/** A text that a terminal shows and does not obey: no escape sequence, bell, title or clipboard is set by it. */
export function withoutControls(text: string): string {
  return text.replaceAll(CONTROLS, '');
}

/** Lines of JSON that mean the same, in which a terminal finds nothing to obey: JSON itself escapes but the first half of these. */
export function escapedControls(lines: string): string {
  return lines.replaceAll(CONTROLS, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
