import { describe, expect, it, vi } from 'vitest';
import { DOUBTFUL } from '../support/sizes.ts';
import { namesOf } from '../support/stream-tests.ts';
import { complaintsOf } from './rest-cells.ts';
import { EMPTY_OF_FEW, EMPTY_OF_MANY, EMPTY_OF_PAST, named, REST_FAULTS } from './rest-faults.ts';
import { FIRST_PAGES, PARTS, type Place } from './rest-places.ts';

// Most of their time the cells wait for a pause to end.
vi.setConfig({ maxConcurrency: 10 });

const lists = FIRST_PAGES.filter(({ settings }) => !settings);
const LOG_NAMES = namesOf('log');
const isOfLog = ({ streams, isEntry = false }: Place) => streams.every((name) => LOG_NAMES.includes(name)) && !isEntry;
const ofPast = [...lists, ...PARTS].filter(isOfLog);
const ofThings = lists.filter((place) => !ofPast.includes(place));
const ofMany = ofThings.filter(({ isShort }) => !isShort).map((place) => ({ ...place, size: DOUBTFUL }));

describe.concurrent('a list that comes empty', () => {
  it.each(named(ofThings))('%s, of few rows', async (_, place) => {
    const complaints = await complaintsOf({ place, fault: EMPTY_OF_FEW, often: 'always' });
    expect(complaints, complaints.join('\n')).toEqual([]);
  });

  it.each(named(ofMany))('%s, of many rows', async (_, place) => {
    const complaints = await complaintsOf({ place, fault: EMPTY_OF_MANY, often: 'always' });
    expect(complaints, complaints.join('\n')).toEqual([]);
  });

  it.each(named(ofPast))('%s, of what has happened', async (_, place) => {
    const complaints = await complaintsOf({ place, fault: EMPTY_OF_PAST, often: 'always' });
    expect(complaints, complaints.join('\n')).toEqual([]);
  });
});

const SAMPLE = /^(401|403|500|429, Retry-After: none|reset mid body|an HTML page)$|partial|another host/;
const sample = REST_FAULTS.filter(({ name }) => SAMPLE.test(name));

describe.concurrent.each(named(lists))('in full refresh %s', (_place, place) => {
  describe.each(named(sample))('%s', (_fault, fault) => {
    it.each(['once', 'always'] as const)('%s', async (often) => {
      const complaints = await complaintsOf({ place, fault, often, mode: 'full_refresh' });
      expect(complaints, complaints.join('\n')).toEqual([]);
    });
  });
});
