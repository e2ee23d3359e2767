/** Whether a text has a part, in upper or lower case. */
export function holds(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

/** The filter for rows of some kinds, in a list with commas; undefined where one is not known. */
export function oneOf<Row>(list: string, known: string[], kindOf: (row: Row) => string) {
  const wanted = list.split(',');
  return wanted.every((value) => known.includes(value)) ? (row: Row) => wanted.includes(kindOf(row)) : undefined;
}

/** Each field to sort by: bare, ascending, descending. */
export function bothWays(fields: string[]): string[] {
  return fields.flatMap((field) => [field, `+${field}`, `-${field}`]);
}
