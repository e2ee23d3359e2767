/** A schema of JSON, as far as those of the streams go. */
export interface FieldSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly properties?: { readonly [name: string]: FieldSchema };
  readonly items?: FieldSchema;
}

/** A field of a row, or one inside of such a field. */
export interface Field {
  /** With the names of what it is in: `meta.assignableRoles`, and `cells[].name` inside of the elements of a list. */
  readonly path: string;
  /** In words: string, time, integer, number, boolean, object or a list of one of them. */
  readonly type: string;
  readonly description: string;
}

/** All fields of a schema, each before those inside of it. */
export function fieldsOf({ properties = {} }: FieldSchema, prefix = ''): Field[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = prefix + name;
    const [inside, below] = schema.items ? [schema.items, `${path}[].`] : [schema, `${path}.`];
    const more = schema.items?.properties ? undefined : schema.items?.description;
    const description = [schema.description, more].filter((text) => text !== undefined).join(' ');
    return [{ path, type: typeIn(schema), description }, ...fieldsOf(inside, below)];
  });
}

/** The type of a field, in words. */
export function typeIn({ type, format, items }: FieldSchema): string {
  if (items) return `list of ${typeIn(items)}s`;
  if (format === 'date-time') return 'time';
  return [type].flat().find((name) => name !== undefined && name !== 'null') ?? 'anything';
}
