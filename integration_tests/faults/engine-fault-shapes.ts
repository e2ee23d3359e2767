import type { EngineFault } from '../../src/simulator/engine/engine-faults.ts';
import {
  borne,
  type EngineTrouble,
  type Expectations,
  REQUESTS,
  type Step,
  same,
  UPGRADE,
  WHOLE,
} from './engine-fault-table.ts';

const NO_ANSWER = /did not answer|did not let the session begin/;
const HALF = /without what was asked for/;
const POORER: Expectations = same({ kind: 'poorer' });

const ofMethod = ({ fault }: Step) => fault.method ?? '';

function wire(name: string, wrong: EngineFault, says: RegExp, more: Partial<EngineTrouble> = {}): EngineTrouble {
  return { name, wrong, at: (step) => (step === UPGRADE ? undefined : borne(says)), ...more };
}

const inRequests = (expectations: (step: Step) => Expectations) => (step: Step) =>
  REQUESTS.includes(step) ? expectations(step) : undefined;

/** What goes wrong on the way of an answer. */
const WIRE_TROUBLES: readonly EngineTrouble[] = [
  wire('a garbled frame', { garbled: true }, /no JSON/, {
    at: (step) => (isSilentMoment(step) ? undefined : borne(/no JSON/)),
  }),
  wire('a binary frame', { binary: true }, /no JSON/, {
    at: (step) => (isSilentMoment(step) ? undefined : borne(/no JSON/)),
  }),
  wire('silence', { silent: true }, NO_ANSWER, {
    at: (step) => (step.fault.at === 'connected' ? undefined : borne(NO_ANSWER)),
    timeoutMs: 1_500,
  }),
  wire('half-open', { halfOpen: true }, NO_ANSWER, { timeoutMs: 1_500 }),
  wire('a dropped handle', { dropsHandle: true }, /let go of the app|the object is gone/, {
    at: inRequests((step) => (ofMethod(step) === 'GetFullPropertyTree' ? POORER : borne(/let go of the app|is gone/))),
  }),
  wire('an object that is gone', { gone: true }, HALF, {
    at: inRequests((step) => {
      if (ofMethod(step) === 'GetAppLayout') return same(WHOLE);
      return ofMethod(step) === 'GetObject' ? POORER : borne(HALF);
    }),
  }),
];

/** The moments at which no answer is on its way that could be corrupted. */
function isSilentMoment({ fault }: Step): boolean {
  return fault.at === 'upgrade' || fault.at === 'connected';
}

const SHAPES: readonly unknown[] = [
  null,
  {},
  [],
  5,
  'text',
  { qReturn: null },
  { qReturn: {} },
  { qList: null },
  { qList: {} },
  { qList: [null] },
  { qList: [{}] },
  { qList: [{ qInfo: { qId: 5 } }] },
  { qLayout: null },
  { qLayout: {} },
  { qLayout: { qAppObjectList: null } },
  { qPropEntry: null },
  { qPropEntry: {} },
  { qPropEntry: [] },
  { qPropEntry: 5 },
  { qPropEntry: { qProperty: null } },
  { qProp: null },
  { qProp: [] },
  { qProp: 5 },
];

/** Results that lack what was asked for. An app's own layout is only looked at for one thing that it may say. */
const SHAPE_TROUBLES: readonly EngineTrouble[] = SHAPES.map((result) => ({
  name: `the result ${JSON.stringify(result)}`,
  wrong: { result },
  at: inRequests((step) => (ofMethod(step) === 'GetAppLayout' ? same(WHOLE) : borne(HALF))),
}));

/** A list that comes empty is believed where it is short. */
const EMPTY_LIST: EngineTrouble = {
  name: 'the result {"qList":[]}',
  wrong: { result: { qList: [] } },
  at: (step) => (ofMethod(step) === 'GetObjects' ? POORER : undefined),
};

export const ANSWER_TROUBLES: readonly EngineTrouble[] = [...WIRE_TROUBLES, ...SHAPE_TROUBLES, EMPTY_LIST];
