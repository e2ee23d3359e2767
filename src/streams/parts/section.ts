/** A section of one row, named as that is. */
export function sectionOf<Item extends { readonly id?: unknown }>(row: Item) {
  return { id: String(row.id), expectedRows: 1, read: async () => [row] };
}

/** The one section of a stream whose rows come together. */
export function allOf<Item>(rows: readonly Item[]) {
  return { id: 'all', expectedRows: rows.length, read: async () => rows };
}
