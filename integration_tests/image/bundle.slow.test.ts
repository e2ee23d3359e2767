import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, runWords } from '../support/program.ts';

const root = new URL('../..', import.meta.url).pathname;
const calling = promisify(execFile);

/** What only tests load. */
const TESTS = /\.test\.ts$|cdk\/testing\/|integration_tests\/|bench\//;

describe('the bundle, which the image runs', () => {
  let folder: string;
  let program: [file: string, ...words: string[]];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bundle-'));
    await calling(process.execPath, [join(root, 'scripts/bundle.ts'), folder]);
    // In an image the checkout is out of reach, as seen from the bundle.
    const main = join(folder, 'image', 'main.cjs');
    await mkdir(join(folder, 'image'));
    await copyFile(join(folder, 'main.cjs'), main);
    program = [process.execPath, main];
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is made of neither tests nor the simulated tenant', async () => {
    const map = JSON.parse(await readFile(join(folder, 'main.cjs.map'), 'utf8')) as { sources: string[] };
    expect(map.sources).toContainEqual(expect.stringMatching(/src\/main\.ts$/));
    expect(map.sources.filter((source) => TESTS.test(source))).toEqual([]);
    const ofDemo = /src\/(simulator|demo)\/(?!command\.ts)|node_modules\/(@faker-js|ws)\//;
    expect(map.sources.filter((source) => ofDemo.test(source))).toEqual([]);
    expect(await readFile(join(folder, 'LICENSES.txt'), 'utf8')).not.toMatch(/faker/);
  });

  it('prints the same specification as the sources', async () => {
    const [bundled, sources] = await Promise.all([run('spec', { program }), run('spec')]);
    expect(bundled.messages).toEqual(sources.messages);
  });

  it('says where there is a demo', async () => {
    const { code, errors } = await runWords(['demo'], { name: 'usage' }, { program });
    expect(code).toBe(1);
    expect(errors).toEqual([
      expect.objectContaining({
        failure_type: 'config_error',
        message: expect.stringMatching(/checkout.*npm run demo/),
      }),
    ]);
  });
});

describe('the package', () => {
  it('holds what the program loads, and no tests', async () => {
    const { stdout } = await calling('npm', ['pack', '--dry-run', '--json'], { cwd: root });
    const [packed] = Object.values(JSON.parse(stdout) as { files: { path: string }[] }[]);
    const paths = (packed?.files ?? []).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['src/main.ts', 'src/demo/demo.ts', 'schemas/spec.json']));
    expect(paths.filter((path) => TESTS.test(path))).toEqual([]);
    const others = paths.filter((path) => !/^(src|schemas)\//.test(path));
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
  });
});
