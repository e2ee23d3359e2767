import { isDataFiles } from '../../../src/simulator/data/connections.ts';
import { pick } from '../../../src/simulator/data/dice.ts';
import type { DataFile } from '../../../src/simulator/rest/data-files.ts';
import { STATEMENTS } from './connect-statements.ts';
import { itemTests } from './items.ts';
import type { ListTests } from './kinds.ts';
import { call, linkedToItself, listTests, more, withTimes } from './lists.ts';
import { appsOf } from './random-edit.ts';

const apps = itemTests({
  ...{ type: 'app', size: 'apps', call: { ...call('items', 'next'), where: '(?=.*resourceType=app)' } },
  truth: (item, url) => ({
    ...withTimes(item, ['resourceReloadEndTime', 'updatedAt']),
    resourceAttributes: withTimes(item.resourceAttributes, ['lastReloadTime', 'publishTime']),
    url: item.links.open?.href ?? `${url}/sense/app/${item.id}`,
  }),
  textFields: ['name', 'description', 'resourceReloadStatus'],
});

/** What the tenant holds for people to work with. */
export const content = {
  apps: {
    ...apps,
    edits: {
      ...apps.edits,
      keeping: [
        ...apps.edits.keeping,
        ({ data }, die) => {
          const [documents, spaces] = [appsOf(data), [...data.spaces.all()]];
          if (documents.length > 0 && spaces.length > 0)
            data.items.change(pick(die, documents).item.id, { spaceId: pick(die, spaces).id });
        },
      ],
    },
  } satisfies ListTests,
  datasets: itemTests({
    ...{ type: 'dataset', size: 'datasets' },
    call: { ...call('items', 'next'), name: '/items, data sets', where: '(?=.*resourceType=dataset)' },
    truth: (item) => withTimes(item, ['updatedAt', 'resourceReloadEndTime']),
    textFields: ['name', 'description'],
  }),
  connections: {
    ...listTests({
      ...{ list: 'connections', size: 'connections', call: call('data-connections', 'page') },
      truth: (connection) => {
        const { links, privileges, tags, ...masked } = connection;
        const listed = tags && { tags: typeof tags === 'string' ? [tags] : tags };
        const row = withTimes({ ...masked, ...listed }, ['created', 'updated']);
        return isDataFiles(connection) ? row : { ...row, qConnectStatement: STATEMENTS[masked.datasourceID ?? ''] };
      },
      textFields: ['qName', 'user'],
      personal: (_, text) => ({ privileges: [text] }),
      nested: ({ tags }, text) => ({ tags: more(tags, text) }),
      fuzzedFields: ['updated', 'created', 'qID', 'qEngineObjectID', 'qConnectStatement'],
    }),
    idOf: ({ qID, qEngineObjectID, id }) => qID ?? qEngineObjectID ?? id,
  } satisfies ListTests,
  data_files: listTests({
    ...{ list: 'dataFiles', size: 'dataFiles', call: call('data-files', 'page') },
    truth: ({ actions, ...file }: DataFile & { readonly actions?: unknown }) =>
      withTimes(file, ['createdDate', 'modifiedDate', 'contentUpdatedDate']),
    textFields: ['name', 'ownerId', 'folderPath'],
    personal: (_, text) => ({ actions: [text] }),
    nested: (_, text) => ({ qri: text }),
    fuzzedFields: ['modifiedDate'],
  }),
  collections: {
    ...listTests({
      ...{ list: 'collections', size: 'collections', call: call('collections', 'next') },
      truth: ({ itemCount, type, links: { self, ...links }, ...collection }) =>
        type === 'private' ? undefined : { ...withTimes(collection, ['updatedAt']), type, links },
      textFields: ['name', 'description'],
      personal: ({ itemCount, links }, text) => ({
        ...linkedToItself({ links }, text),
        itemCount: Number(itemCount) + 1,
      }),
      nested: ({ links }, text) => ({ links: { ...(links as object), items: { href: text } } }),
      fuzzedFields: ['updatedAt', 'type', 'links'],
    }),
    idOf: ({ id, type }) => (type === 'private' ? undefined : id),
  } satisfies ListTests,
  automations: listTests({
    ...{ list: 'automations', size: 'automations' },
    call: { ...call('automations', 'cursor', '/api/workflows'), hasFormerPath: true },
    truth: ({ executionToken, workspace, lastRun: { error, ...lastRun } = {}, ...automation }) => ({
      ...withTimes(automation, ['updatedAt']),
      ...(automation.lastRunAt && { lastRun, duration: Number(automation.duration) }),
      connectorIds: automation.connectorIds.toSorted(),
      endpointIds: automation.endpointIds.toSorted(),
      snippetIds: automation.snippetIds.toSorted(),
    }),
    textFields: ['name', 'description', 'lastRunStatus'],
    personal: ({ workspace }, text) => ({ executionToken: text, workspace }),
    nested: ({ connectorIds }, text) => ({ connectorIds: more(connectorIds, text) }),
    fuzzedFields: ['updatedAt', 'connectorIds'],
  }),
};
