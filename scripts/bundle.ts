import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';

/**
 * The help that yargs lays out for every command, shown or not, is ASCII; the tables of Unicode by which string-width measures texts
 * take a third of the time in which the program starts. So they are loaded when a text comes that needs them.
 */
const lazyStringWidth: Plugin = {
  name: 'lazy-string-width',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^string-width$/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (pluginData === lazyStringWidth) return undefined;
      const real = await resolve(path, { kind, resolveDir, pluginData: lazyStringWidth });
      return { path: real.path, namespace: lazyStringWidth.name };
    });
    onLoad({ filter: /./, namespace: lazyStringWidth.name }, ({ path }) => ({
      resolveDir: '/',
      contents: `
        let real;
        module.exports = (text, options) =>
          /^[ -~]*$/.test(text) ? text.length : (real ??= require(${JSON.stringify(path)}).default)(text, options);`,
    }));
  },
};

/**
 * Writes dist/, or another folder that is named: the program as one file, main.cjs, with its source map, and LICENSES.txt, the
 * licences of the packages in it.
 * A CommonJS module loads what it needs when it needs it, Node's own modules too: as an ECMAScript module, the one file would load
 * them all for every command, and take longer to start by a third.
 */
const [, , folder] = process.argv;
const dist = folder ? pathToFileURL(join(folder, '/')) : new URL('../dist/', import.meta.url);
// Who names a folder may have other things in it.
if (!folder) rmSync(dist, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [new URL('../src/main.ts', import.meta.url).pathname],
  outfile: new URL('main.cjs', dist).pathname,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  // The simulated tenant and its packages would be a third of the file, and are of use in a checkout only.
  external: ['./src/demo/demo.ts'],
  // Whatever is lowered for an older Node would run otherwise than it was tested.
  target: 'esnext',
  sourcemap: true,
  metafile: true,
  legalComments: 'none',
  plugins: [lazyStringWidth],
  define: { 'import.meta.filename': '__filename', 'import.meta.url': 'importMetaUrl' },
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
});
writeFileSync(new URL('LICENSES.txt', dist), licences(metafile));

function licences({ inputs }: Metafile): string {
  const folders = Object.keys(inputs).flatMap((path) => /^[^:]*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  const texts = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
    if (files.length === 0 && !license) throw new Error(`${name} names no licence`);
    const own = files.map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim());
    return [`${name} ${version} (${license})`, ...own].join('\n\n');
  });
  return `${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
