import { readFileSync } from 'node:fs';
import { flagsOfImage } from '../image-flags.ts';
import type { Peer } from '../peer.ts';
import { readPrinted } from '../records.ts';

const program = new URL('../floor.mjs', import.meta.url).pathname;
const undici = new URL('../../node_modules/undici/package.json', import.meta.url);

/** No peer, but what they and the connector are measured against: the least that a program can do, with the flags of the image. */
export const floor = floorWith('the floor');

/** The same where pages come compressed, as the connector has them come. */
export const floorCompressed = floorWith('the floor, compressed', 'gzip');

function floorWith(name: string, ...words: readonly string[]): Peer {
  return {
    get name() {
      return `${name}, undici ${JSON.parse(readFileSync(undici, 'utf8')).version}`;
    },
    async install() {},
    async command({ url, apiKey }) {
      return {
        program: process.execPath,
        words: [...flagsOfImage(), program, url, ...words],
        env: { API_KEY: apiKey },
      };
    },
    async delivered(stdoutPath) {
      const { records } = await readPrinted(stdoutPath);
      return { users: records.users ?? 0 };
    },
  };
}
