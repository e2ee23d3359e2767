import { describe, expect, it, vi } from 'vitest';
import { namesOf, partitionedBy, testsOf } from '../support/stream-tests.ts';
import { type CheckExpectation, checkComplaints } from './check-cells.ts';
import { KEYLESS, named, REST_FAULTS, type RestFault } from './rest-faults.ts';
import { FIRST_PAGES, faultAt, PARTS, type Place } from './rest-places.ts';

// Most of their time the cells wait for a pause to end.
vi.setConfig({ maxConcurrency: 10 });

const OFTEN = ['once', 'always'] as const;
type Often = (typeof OFTEN)[number];

const WELL: CheckExpectation = { status: 'SUCCEEDED', says: /streams can be read/ };

const ME: Place = { name: '/users/me', address: /\/users\/me/, streams: [] };
/** The caller's own record, to which the tenant redirects whoever asks for it. */
const MYSELF: Place = { name: '/users/{id}', address: /\/users\/(?!me\b)\w/, streams: [] };

const LOG_NAMES = namesOf('log');
/** What is asked over REST of each row of a list. */
const asksOfEach = (list: string) =>
  partitionedBy(list).filter((name) => ['data model', 'space'].includes(testsOf(name).kind));

/** Nothing can be said of the streams where the first call fails; whoever may only not look at itself is let in. */
function expectedOfCaller({ name, ...fault }: RestFault, often: Often): CheckExpectation {
  const { failure } = fault[often];
  if (!failure || name === '403') return WELL;
  return { status: 'FAILED', says: failure.says, mayPass: failure.type === 'transient_error' };
}

/** A stream that cannot be read is named with the reason; the others are told as ever. */
function expectedOfList({ name, ...fault }: RestFault, often: Often, place: Place): CheckExpectation {
  const { failure } = fault[often];
  // A check reads one row of a list and does not see how it ends, unless it is the one of what is wanted, or need not be read to its end.
  const [stream = ''] = place.streams;
  const isWhole = place.settings !== undefined || LOG_NAMES.includes(stream);
  if (!failure || KEYLESS.test(name) || (/partial/.test(name) && !isWhole)) return WELL;
  const about = (what: string) => new RegExp(`^${what} cannot be read: .*${failure.says.source}`, 's');
  const onApps = place.byApp ? LOG_NAMES : [];
  const hanging = [...asksOfEach(stream), ...onApps].map(
    (what) => new RegExp(`^${what} cannot be read, since ${stream} cannot\\.$`),
  );
  const warns = [about(stream), ...hanging];
  const inApps = [about('Sheets and charts')];
  // A key that only one list refuses may be taken for wrong or not, as long as it is told.
  const status = name === '401' ? 'either' : 'SUCCEEDED';
  const expected = { status, says: failure.says } as const;
  if (stream !== 'apps') return { ...expected, warns };
  // The items are asked for twice, of which either may meet what happens once: for a row of the stream, or to look into apps.
  const isShared = often === 'once' && !place.settings;
  const inParts = [...inApps, ...hanging];
  return isShared
    ? { ...expected, warns: [about(stream)], orWarns: inParts }
    : { ...expected, warns: [about(stream), ...inParts] };
}

/** What all apps or spaces refuse that are tried, is told of the streams that ask for it. */
function expectedOfPart({ name, ...fault }: RestFault, often: Often, { streams }: Place): CheckExpectation {
  const { failure, warns: refused } = fault[often];
  const says = failure?.says ?? refused;
  if (!says || often === 'once' || KEYLESS.test(name)) return WELL;
  const warns = streams.map((stream) => new RegExp(`^${stream} cannot be read: .*${says.source}`, 's'));
  return { status: name === '401' ? 'either' : 'SUCCEEDED', says, warns };
}

const faults = REST_FAULTS.filter(({ only }) => only !== 'later pages');
const ofCaller = faults.filter(({ only }) => only === undefined || only === 'first pages');
/** Redirects have no body that could be corrupted. */
const ofRedirect = ofCaller.filter(({ name }) => !/body$|gzip|garbled/.test(name));
const ofCallers: readonly (readonly [Place, readonly RestFault[]])[] = [
  [ME, ofRedirect],
  [MYSELF, ofCaller],
];
/** A check reads no second list of groups, and asks for spaces once. */
const lists = FIRST_PAGES.filter(({ isShort }) => !isShort);

describe.concurrent.each(ofCallers.map((row) => [row[0].name, ...row] as const))('%s', (_place, place, its) => {
  describe.each(named(its))('%s', (_fault, fault) => {
    it.each(OFTEN)('%s', async (often) => {
      const complaints = await checkComplaints({ place, fault, often, expected: expectedOfCaller(fault, often) });
      expect(complaints, complaints.join('\n')).toEqual([]);
    });
  });
});

describe.concurrent.each(named(lists))('%s', (_place, place) => {
  describe.each(named(faults))('%s', (_fault, fault) => {
    it.each(OFTEN)('%s', async (often) => {
      const complaints = await checkComplaints({
        place,
        fault,
        often,
        expected: expectedOfList(faultAt(fault, place), often, place),
      });
      expect(complaints, complaints.join('\n')).toEqual([]);
    });
  });
});

/** A check looks at no single reload. */
const parts = PARTS.filter(({ isEntry }) => !isEntry);

describe.concurrent.each(named(parts))('%s', (_place, place) => {
  describe.each(named(place.faults))('%s', (_fault, fault) => {
    it.each(OFTEN)('%s', async (often) => {
      const complaints = await checkComplaints({ place, fault, often, expected: expectedOfPart(fault, often, place) });
      expect(complaints, complaints.join('\n')).toEqual([]);
    });
  });
});
