import { streamsOf } from '../support/stream-tests.ts';
import type { Expectation } from './fault-judge.ts';
import { always, borne, KEYLESS, REST_FAULTS, type RestFault } from './rest-faults.ts';

const FOR_LISTS = new Set<RestFault['only']>(['lists', 'lists of rows']);

const NO_MODELS = [[], 'null', { tables: {} }, { tables: [null] }, { tables: [] }, { fields: 5 }].map((body) =>
  borne(`the shape ${JSON.stringify(body)}`, { body }, /without the lists that belong there/),
);
const KEYLESS_MODEL: RestFault = {
  name: 'tables and fields without their key',
  wrong: { keylessModel: true },
  ...always({ failure: { type: 'system_error', says: /without their key/ } }),
  asked: 1,
  spares: streamsOf('data model').flatMap(({ name, part }) => (part === undefined ? [name] : [])),
};

/**
 * What comes of it where it goes wrong with one app or space, or with all of them. Each that fails is named; one that is refused
 * keeps what was delivered and fails nobody, unless all are.
 */
export function inPart(fault: RestFault): RestFault {
  const { name, once, always } = fault;
  if (!['403', '404'].includes(name))
    return { ...fault, once: namedEach(fault, once), always: namedEach(fault, always) };
  const says = new RegExp(`not shown \\(${name}\\)`);
  return {
    ...fault,
    once: { leaves: 'kept', warns: says },
    always: { failure: { type: 'config_error', says }, warns: says },
  };
}

function namedEach({ name }: RestFault, { failure, ...expected }: Expectation): Expectation {
  if (!failure) return expected;
  const isNamed = name !== '401' && !KEYLESS.test(name);
  return { failure, ...expected, ...(isNamed && { warns: failure.says }) };
}

const ofPage = REST_FAULTS.filter(({ only }) => only !== 'later pages');
const ofOneThing = ofPage.filter(({ only }) => !FOR_LISTS.has(only));

/** What goes wrong with a list that is asked for of each app or space. */
export const FAULTS_OF_PARTS = ofPage.map(inPart);
/** What goes wrong with the data model that is asked for of each app. */
export const FAULTS_OF_MODELS = [...ofOneThing, ...NO_MODELS, KEYLESS_MODEL].map(inPart);

const UNSEEN: { readonly [fault: string]: Expectation } = {
  403: { leaves: 'kept', warns: /that had not ended could not be asked for again/ },
  // It may have been forgotten, which is no miss.
  404: { leaves: 'kept' },
};
/** What goes wrong with a reload that had not ended and is looked at again. */
export const FAULTS_OF_ENTRIES = [
  ...ofOneThing.map((fault) => ({ ...fault, ...(UNSEEN[fault.name] && always(UNSEEN[fault.name] as Expectation)) })),
  ...[[], {}, 'null', { id: null }, { id: 'another' }].map((body) =>
    borne(`the shape ${JSON.stringify(body)}`, { body }, /another reload, or none/),
  ),
];
