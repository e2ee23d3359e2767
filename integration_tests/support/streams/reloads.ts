import type { AppDocument } from '../../../src/simulator/data/document.ts';
import type { Reload } from '../../../src/simulator/data/reloads.ts';
import type { LogTests } from './kinds.ts';
import { call } from './lists.ts';
import { appsOf, inApp, type RandomEdit } from './random-edit.ts';

/** The reloads of all apps, or of each. */
export const reloads: LogTests = {
  kind: 'log',
  call: { ...call('reloads', 'next'), where: '(?!.*appId=)' },
  truth: ({ data }) => [...data.reloads.all()].map(({ links, ...reload }) => reload),
  edits: {
    keeping: [
      inApp((document) => void document.reloads.run('FAILED')),
      inApp((document) => void document.reloads.queue()),
      goingOn('QUEUED', (document, id) => document.reloads.begin(id)),
      goingOn('RELOADING', (document, id) => document.reloads.end(id)),
    ],
    deleting: [],
  },
  fuzzedFields: [
    ...['id', 'appId', 'status', 'creationTime', 'startTime', 'endTime', 'partial', 'weight', 'errorCode'],
  ],
  addWaitingLongAgo({ data }) {
    // The oldest ones are forgotten with time.
    const early = data.reloads.walk('creationTime', 1).drop(20).take(2).toArray();
    for (const [, { appId, creationTime }] of early) data.reloads.add({ appId, creationTime });
  },
  addToEachApp({ data }, entries) {
    for (const document of appsOf(data)) for (let times = 0; times < entries; times += 1) document.reloads.run();
  },
};

/** Has the oldest reload with a status go on, if there is one. */
function goingOn(status: Reload['status'], goOn: (document: AppDocument, id: string) => void): RandomEdit {
  return ({ data }) => {
    for (const [, reload] of data.reloads.walk('creationTime', 1)) {
      if (reload.status !== status || !data.itemOfApp(reload.appId)) continue;
      goOn(data.document(reload.appId), reload.id);
      return;
    }
  };
}
