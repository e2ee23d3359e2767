/** A table, as text. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heads, heads.map(() => '---'), ...rows.map((cells) => cells.map(escaped))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** Names in code, one after the other. */
export function codes(names: readonly string[]): string {
  return names.map(code).join(', ');
}

/** Text that Markdown would read as more than text; what stands in code, it leaves alone. */
export function escaped(text: string): string {
  return text.replaceAll(/`[^`]*`|[*<]/g, (part) => (part.startsWith('`') ? part : `\\${part}`)).replaceAll('|', '\\|');
}

/** What leads to a heading, as GitHub makes it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
