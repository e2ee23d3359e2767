import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes files by the names of their options, and gives the words of a command line that name them; they go when `use` ends. */
export async function withFiles<T>(
  files: { [role: string]: unknown },
  use: (words: string[]) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'qlik-source-'));
  try {
    // A container reads them as a user of its own.
    await chmod(folder, 0o755);
    const given = Object.entries(files).filter(([, content]) => content !== undefined);
    const words = given.map(async ([role, content]) => {
      const file = join(folder, `${role}.json`);
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
      return [`--${role}`, file];
    });
    return await use((await Promise.all(words)).flat());
  } finally {
    await rm(folder, { recursive: true });
  }
}
