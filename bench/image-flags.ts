import { readFileSync } from 'node:fs';

const dockerfile = new URL('../Dockerfile', import.meta.url);

/** Node's flags, as the image's entry point has them. Throws if it has none: who is measured without would take other memory. */
export function flagsOfImage(): string[] {
  const words = /^ENTRYPOINT (\[.*\])$/m.exec(readFileSync(dockerfile, 'utf8'))?.[1] ?? '[]';
  const flags = (JSON.parse(words) as string[]).filter((word) => word.startsWith('--'));
  if (flags.length === 0) throw new Error('the Dockerfile has no entry point with flags for Node');
  return flags;
}
