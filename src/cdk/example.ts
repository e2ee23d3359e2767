import { readFile } from 'node:fs/promises';
import {
  ConnectorError,
  type ListStream,
  type LogStream,
  type PartitionStream,
  type Partitions,
  type Schema,
  type Source,
  serve,
} from './index.ts';

type Config = { file: string; password: string };

type Product = { id: string; price: number };
type Branch = { id: string; name: string; changedAt: string; products: Product[] };
type Order = { id: string; branchId: string; placedAt: string; status: string };

/** The client: how the source asks its upstream. Here a file in JSON stands for the API of a shop. */
const openShop = ({ file }: Config) => ({
  async get(): Promise<{ branches: Branch[]; orders: Order[] }> {
    const json = await readFile(file, 'utf8').catch((cause) => {
      throw new ConnectorError('config_error', `There is no shop at ${file}. Correct the setting file.`, { cause });
    });
    return JSON.parse(json);
  },
  async [Symbol.asyncDispose]() {},
});
type Shop = ReturnType<typeof openShop>;

/** One visit to one branch, for all streams that read what is in it. */
const visitBranch = (shop: Shop, id: string) => ({
  id,
  async products() {
    const { branches } = await shop.get();
    return branches.find((branch) => branch.id === id)?.products ?? [];
  },
  async [Symbol.asyncDispose]() {},
});
type BranchVisit = ReturnType<typeof visitBranch>;

const text: Schema = { type: ['null', 'string'] };
const time: Schema = { ...text, format: 'date-time', airbyte_type: 'timestamp_with_timezone' };

/** A list: read to its end, page by page. */
const branches: ListStream<Shop> = {
  name: 'branches',
  schema: { type: 'object', properties: { id: text, name: text, changedAt: time } },
  primaryKey: ['id'],
  updatedField: 'changedAt',
  async *read(shop) {
    yield (await shop.get()).branches;
  },
};

/** Read branch by branch. The first field of the key names the branch. */
const products: PartitionStream<BranchVisit> = {
  name: 'products',
  schema: { type: 'object', properties: { branchId: text, id: text, price: { type: ['null', 'number'] } } },
  primaryKey: ['branchId', 'id'],
  partitionedBy: 'branches',
  async readPartition(visit) {
    const rows = (await visit.products()).map((product) => ({ branchId: visit.id, ...product }));
    return { sections: [{ id: 'all', expectedRows: rows.length, read: async () => rows }] };
  },
};

/** A log: read from the newest entry back to those that an earlier sync has seen. */
const orders: LogStream<Shop> = {
  name: 'orders',
  schema: { type: 'object', properties: { id: text, branchId: text, placedAt: time, status: text } },
  primaryKey: ['id'],
  updatedField: 'placedAt',
  partitionedBy: 'branches',
  partitionField: 'branchId',
  async *readEntries(shop, branch) {
    const all = (await shop.get()).orders.filter(({ branchId }) => branch === undefined || branchId === branch);
    yield all.toSorted((one, other) => Date.parse(other.placedAt) - Date.parse(one.placedAt));
  },
  readEntry: async (shop, key) => (await shop.get()).orders.find(({ id }) => id === key),
  hasEnded: ({ status }) => status === 'delivered',
};

const byBranch: Partitions<Shop, Config, BranchVisit> = {
  labels: { partitions: 'branches', sections: 'parts' },
  list: branches,
  visitor: (shop, { id, name, changedAt }) => ({
    name: `Branch ${name}`,
    version: changedAt,
    open: () => visitBranch(shop, String(id)),
  }),
  concurrency: () => 4,
  scope: () => null,
  rereadAfterDays: () => 1,
};

export const shop: Source<Shop, Config> = {
  connectionSpecification: {
    type: 'object',
    required: ['file', 'password'],
    properties: {
      file: { type: 'string', title: 'File', description: 'Where the shop is.' },
      password: { type: 'string', title: 'Password', description: 'Opens the shop.', airbyte_secret: true },
    },
  },
  streams: [branches, products, orders],
  partitions: [byBranch],
  connect: async (config) => openShop(config),
};

if (import.meta.main)
  serve(shop, { name: 'source-shop', version: '0.0.1', description: 'A shop as an Airbyte source' });
