import schema from '../../schemas/app_coverage.json' with { type: 'json' };
import type { CoverageStream } from '../cdk/index.ts';
import type { AppCoverage } from '../generated/app_coverage.ts';
import { listingApps } from './parts/app-access.ts';
import type { Facts } from './parts/facts.ts';

type Listed = Pick<AppCoverage, 'appId' | 'name' | 'spaceId'>;

/** What came of every app that the credentials may list: whether its sheets and charts were read, or why not. */
export const app_coverage: CoverageStream & Facts = {
  name: 'app_coverage',
  schema,
  primaryKey: ['appId'],
  updatedField: 'lastReadAt',
  access: listingApps,
  calls: { rest: {} },
  columnsOf: ({ id, name, spaceId }) => ({ appId: id, name, spaceId }) as Listed,
};
