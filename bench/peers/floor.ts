import { readFileSync } from 'node:fs';
import type { Peer } from '../peer.ts';
import { readPrinted } from '../records.ts';

const program = new URL('../floor.mjs', import.meta.url).pathname;
const undici = new URL('../../node_modules/undici/package.json', import.meta.url);

/** No peer, but what they and the connector are measured against: the least that a program can do. */
export const floor: Peer = {
  get name() {
    return `the floor, undici ${JSON.parse(readFileSync(undici, 'utf8')).version}`;
  },
  async install() {},
  async command({ url, apiKey }) {
    return { program: process.execPath, words: [program, url], env: { API_KEY: apiKey } };
  },
  async delivered(stdoutPath) {
    const { records } = await readPrinted(stdoutPath);
    return { users: records.users ?? 0 };
  },
};
