import { type Assumption, NotAsked, refusalIn } from '../assumption.ts';
import type { Probe, ProbedPage } from '../probe.ts';
import { Told, told } from '../told.ts';

/** Lists that streams to come will read: a page of each shows who may read it, and its fields. */
export const LATER_LISTS: { readonly [name: string]: string } = {
  audits: '/api/v1/audits',
  'licence consumption': '/api/v1/licenses/consumption',
  'licence assignments': '/api/v1/licenses/assignments',
  executions: '/api/v1/consumption/executions',
  quotas: '/api/v1/quotas',
  'scheduled tasks': '/api/scheduling/tasks',
  tasks: '/api/v1/tasks',
  'API keys': '/api/v1/api-keys',
  'OAuth clients': '/api/v1/oauth-clients',
  'sharing tasks': '/api/v1/sharing-tasks',
  'data alerts': '/api/v1/data-alerts',
  glossaries: '/api/v1/glossaries',
  themes: '/api/v1/themes',
  extensions: '/api/v1/extensions',
  webhooks: '/api/v1/webhooks',
  'data stores': '/api/v1/data-stores',
  knowledgebases: '/api/v1/knowledgebases',
  assistants: '/api/v1/assistants',
  'ML experiments': '/api/v1/ml/experiments',
  'ML deployments': '/api/v1/ml/deployments',
};

/** The first page of each, or why there is none. */
export async function laterPages(
  probe: Probe,
): Promise<readonly (readonly [string, PromiseSettledResult<ProbedPage>])[]> {
  const names = Object.keys(LATER_LISTS);
  const pages = await Promise.allSettled(names.map((name) => probe.pageAt(LATER_LISTS[name] ?? '')));
  return pages.map((page, at) => [names[at] ?? '', page]);
}

/** What is assumed of lists that no stream reads yet. */
export const laterAssumptions: readonly Assumption[] = [
  {
    name: 'later-lists',
    claim: 'The lists of streams to come answer without parameters, and let the credentials in.',
    doubt: 'No source states the role or the scope of most of them, nor the largest limit.',
    reliedOnBy: 'streams to come',
    ifNot: { copes: 'not needed yet', how: 'no stream reads them yet' },
    async ask(probe) {
      const pages = await laterPages(probe);
      const refused = pages.flatMap(([name, page]) =>
        page.status === 'rejected' ? [{ name, reason: page.reason }] : [],
      );
      if (refused.length === pages.length)
        throw new NotAsked(told`all ${pages.length}: ${refusalIn(refused[0]?.reason)}`);
      const reasons = Map.groupBy(refused, ({ reason }) => refusalIn(reason).text);
      const parts = [...reasons.values()].map(
        (those) =>
          told`${refusalIn(those[0]?.reason)}: ${Told.list(those.map(({ name }) => Told.name(name, Object.keys(LATER_LISTS))))}`,
      );
      const answered = told`${pages.length - refused.length} of ${pages.length} lists`;
      return { holds: refused.length === 0, came: Told.list([answered, ...parts], '; ') };
    },
  },
];
