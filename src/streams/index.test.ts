import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PartitionStream } from '../cdk/index.ts';
import { answersOf, ScriptedEngine } from '../qlik/testing/scripted-engine.ts';
import type { Visit } from '../qlik/visit.ts';
import { streams } from './index.ts';

const filesIn = (folder: string, ending: string) =>
  readdirSync(new URL(folder, import.meta.url)).filter((file) => file.endsWith(ending) && !file.endsWith('.test.ts'));

const textOf = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('a stream is spelled one way:', () => {
  const names = streams.map(({ name }) => name).sort();

  it('each has a file here that exports it, and beside the list there is no other file', () => {
    const files = filesIn('./', '.ts').filter((file) => file !== 'index.ts');
    expect(files).toEqual(names.map((name) => `${name}.ts`));
    for (const name of names) expect(textOf(`./${name}.ts`)).toMatch(new RegExp(`^export const ${name}[ :]`, 'm'));
  });

  it('each has its schema and its generated type under that name', () => {
    expect(filesIn('../../schemas', '.json').filter((file) => file !== 'spec.json')).toEqual(
      names.map((name) => `${name}.json`),
    );
    for (const { name, schema } of streams) {
      expect(schema.description).toBe(JSON.parse(textOf(`../../schemas/${name}.json`)).description);
      expect(filesIn('../generated', '.ts')).toContain(`${name}.ts`);
    }
  });
});

it.each(streams)('the schema of $name begins with what a row is', ({ schema }) => {
  expect(schema.description).toMatch(/^One \w/);
});

describe('the facts of', () => {
  const opening = streams.filter(({ calls }) => calls.engine);

  const app = {
    sheet: { type: 'sheet', properties: { cells: [{ name: 'chart' }, { name: 'elsewhere' }] }, children: ['chart'] },
    chart: { type: 'kpi', properties: { qExtendsId: 'master' } },
    elsewhere: { type: 'kpi' },
    master: { type: 'masterobject', meta: { title: 'Sales' } },
    measure: { type: 'measure', meta: { title: 'Sum of sales' } },
    dimension: { type: 'dimension', meta: { title: 'Region' } },
    variable: { type: 'variable', properties: { qName: 'vSales' } },
  };

  it.each(opening)('$name tell every method of the engine that it calls', async (stream) => {
    await using engine = await ScriptedEngine.start({ answer: answersOf(app) });
    await using visit = engine.visit();
    const { sections } = await (stream as PartitionStream<Visit> & typeof stream).readPartition(visit);
    const pages = await Promise.all(sections.map((section) => section.read()));
    expect(pages.flat().length).toBeGreaterThan(0);
    expect(stream.calls.engine).toEqual(expect.arrayContaining([...new Set(engine.methods)]));
  });
});
