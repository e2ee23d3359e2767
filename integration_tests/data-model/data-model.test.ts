import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Box, furtherPicture, mainPicture, type Point } from '../../scripts/diagram-layout.ts';
import { type FieldSchema, fieldsOf } from '../../scripts/fields.ts';
import { questions } from '../../scripts/questions.ts';
import { partsOf, relations } from '../../scripts/relations.ts';
import { streams } from '../../src/streams/index.ts';
import { inLowerCase } from '../support/duckdb.ts';
import type { Json } from '../support/messages.ts';
import { answersTo, deduplicated } from '../support/questions.ts';
import { type Scene, twoDays } from './scene.ts';
import { truthAbout } from './truth.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await twoDays();
});
afterAll(() => scene.tenant.close());

/** The values of a field, of every element where it is in a list; null and the empty text name nothing. */
function valuesAt(row: unknown, path: string): string[] {
  const [step = '', ...rest] = path.split('.');
  const value = (row as Json | null)?.[step.replace('[]', '')];
  const values = step.endsWith('[]') ? ((value ?? []) as unknown[]) : [value];
  if (rest.length > 0) return values.flatMap((one) => valuesAt(one, rest.join('.')));
  return values.filter((one): one is string => typeof one === 'string' && one !== '');
}

describe('how the streams join', () => {
  it.each(relations)('$from is of $to', ({ from, to, within = '', dangles }) => {
    const tables = deduplicated(scene.lines);
    const [[stream, field], [other, key]] = [partsOf(from), partsOf(to)];
    const living = (name: string) =>
      (tables[name] ?? []).filter(({ _ab_cdc_deleted_at }) => _ab_cdc_deleted_at === null);
    const known = new Set(living(other).map((row) => `${row[within]} ${row[key]}`));
    const named = living(stream).flatMap((row) => valuesAt(row, field).map((id) => `${row[within]} ${id}`));
    const joined = named.filter((id) => known.has(id));
    expect(joined.length).toBeGreaterThan(0);
    if (!dangles) expect(named.filter((id) => !known.has(id))).toEqual([]);
  });

  it.each(relations)('the schemas have the fields of $from and $to', ({ from, to, within }) => {
    for (const path of [from, to]) {
      const [name, field] = partsOf(path);
      const stream = streams.find((one) => one.name === name);
      const paths = fieldsOf(stream?.schema as FieldSchema).map((one) => one.path);
      expect(paths).toContain(field.replace(/\[\]$/, ''));
      if (within) expect(paths).toContain(within);
    }
  });
});

describe('the questions', () => {
  let answers: { [question: string]: Json[] };
  beforeAll(async () => {
    answers = await answersTo(scene.lines);
  });

  it('are those whose answers are known', () => {
    expect(
      questions()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(truthAbout).sort());
  });

  it.each(questions())('$name: $title', ({ name }) => {
    const truth = (truthAbout[name]?.(scene) ?? []).map(inLowerCase);
    const known = Object.keys(truth[0] ?? {});
    const answer = (answers[name] ?? []).map(inLowerCase);
    expect(truth.length).toBeGreaterThan(0);
    expect(sorted(answer, known)).toEqual(sorted(truth, known));
  });

  it.each(['%Key', '$Sales'])('find fields by names such as %s too', async (field) => {
    const asked = questions().filter(({ name }) => name === 'charts-using-a-field');
    const forField = asked.map(({ name, sql }) => ({ name, sql: sql.replaceAll("'Region'", `'${field}'`) }));
    const [rows = []] = Object.values(await answersTo(scene.lines, forField));
    expect(rows.map(({ definition }) => definition)).toEqual([expect.stringContaining(field)]);
  });
});

function sorted(rows: readonly Json[], columns: readonly string[]): string[] {
  return rows.map((row) => JSON.stringify(columns.map((column) => [column, row[column]]))).sort();
}

describe.each([
  ['the picture', mainPicture()],
  ['the picture of the other streams', furtherPicture()],
])('%s', (_, { boxes, edges, width, height }) => {
  /** Of the widest fonts that it is drawn in. */
  const widthOf = (text: string) => text.length * 11 * 0.62;

  /** Two corners of what is drawn: left and top, right and bottom. */
  type Area = readonly [x: number, y: number, right: number, bottom: number];
  const areaOf = ({ x, y, width, height }: Box): Area => [x, y, x + width, y + height];
  const overlap = ([x, y, right, bottom]: Area, [left, top, end, low]: Area) =>
    x < end && left < right && y < low && top < bottom;
  const lines = edges.flatMap(({ points }) =>
    points.slice(1).map(([x, y], index): Area => {
      const [left, top] = points[index] as Point;
      return [Math.min(x, left), Math.min(y, top), Math.max(x, left), Math.max(y, top)];
    }),
  );
  const labels = edges.map(({ label: { text, at, anchor } }): Area => {
    const [x, y] = at;
    const left = x - widthOf(text) * { start: 0, middle: 0.5, end: 1 }[anchor];
    return [left, y - 10, left + widthOf(text), y + 3];
  });

  it('shows every text in its box, and every box beside the others', () => {
    for (const box of boxes) {
      const [, , right, bottom] = areaOf(box);
      expect(right < width && bottom < height).toBe(true);
      expect(boxes.filter((other) => overlap(areaOf(box), areaOf(other)))).toEqual([box]);
      for (const [index, { text, at }] of box.fields.entries()) {
        const [x, y] = at;
        const next = box.fields[index + 1]?.at;
        expect(x + widthOf(text)).toBeLessThan(next?.[1] === y ? next[0] : right);
        expect(y).toBeLessThan(bottom);
      }
    }
  });

  it('leads every line from its stream to the other, across nothing', () => {
    for (const { from, to, points } of edges) {
      const ends = [points[0], points.at(-1)] as [Point, Point];
      for (const [index, stream] of [from, to].entries()) {
        const [left, top, right, bottom] = areaOf(boxes.find((box) => box.stream === stream) as Box);
        const [x, y] = ends[index] as Point;
        const isOnSide = (x === left || x === right) && y > top && y < bottom;
        expect(isOnSide || ((y === top || y === bottom) && x > left && x < right)).toBe(true);
      }
    }
    for (const [index, line] of lines.entries()) {
      expect(boxes.filter((box) => overlap(line, areaOf(box)))).toEqual([]);
      expect(lines.filter((other, place) => place > index && overlap(line, other))).toEqual([]);
    }
  });

  it('has its labels beside all else', () => {
    for (const [index, label] of labels.entries()) {
      expect(boxes.filter((box) => overlap(label, areaOf(box)))).toEqual([]);
      expect(lines.filter((line) => overlap(label, line))).toEqual([]);
      expect(labels.filter((other, place) => place > index && overlap(label, other))).toEqual([]);
    }
  });
});

it('the pictures show every stream', () => {
  const shown = [mainPicture(), furtherPicture()].flatMap(({ boxes }) => boxes.map(({ stream }) => stream));
  expect(shown.toSorted()).toEqual(streams.map(({ name }) => name).toSorted());
});
