import { apiPath } from '../api-path.ts';
import type { Properties } from '../app-objects.ts';
import { type Assumption, counted } from '../assumption.ts';
import { fulfilled, type Probe } from '../probe.ts';
import { attributesOf, propertiesIn } from '../probed-app.ts';
import { told } from '../told.ts';

const reliedOnBy = 'app_tables, app_fields, app_data_models';

/** What is assumed of GET /apps/{id}/data/metadata. */
export const dataModelAssumptions: readonly Assumption[] = [
  {
    name: 'data-model-lists',
    claim: 'The data model of an app that was reloaded has lists of tables and of fields, each with a name.',
    doubt: 'The schema makes every member optional, and no recording was found.',
    reliedOnBy,
    ifNot: {
      copes: 'yes',
      how: 'an answer without them is asked for again and then fails: taken for empty, it would delete rows',
    },
    async ask(probe) {
      const models = (await modelsOf(probe)).filter(({ app }) => Boolean(attributesOf(app).lastReloadTime));
      return counted(
        models,
        told`data models`,
        ({ model: { tables, fields } }) => areNamed(tables) && areNamed(fields),
      );
    },
  },
  {
    name: 'data-model-empty',
    claim: 'An app that was never reloaded has a data model without tables and fields, and no refusal.',
    doubt: 'Documented in half a sentence.',
    reliedOnBy,
    ifNot: { copes: 'yes', how: 'a refusal is named in a warning' },
    async ask(probe) {
      const asked = (await askedIn(probe)).filter(({ app }) => attributesOf(app).lastReloadTime === '');
      const isEmpty = (list: unknown) => (list ?? null) === null || (Array.isArray(list) && list.length === 0);
      return counted(asked, told`data models`, ({ answer }) => {
        const { tables, fields } = answer.status === 'fulfilled' ? answer.value : { tables: false, fields: false };
        return isEmpty(tables) && isEmpty(fields);
      });
    },
  },
  {
    name: 'data-model-measures',
    claim: 'The data model of an app that was reloaded tells its size in memory and what the last reload took.',
    doubt: 'Declared, and not seen in any recording.',
    reliedOnBy: 'app_data_models',
    ifNot: { copes: 'yes', how: 'the columns are null' },
    async ask(probe) {
      const isNumber = (value: unknown) => typeof value === 'number';
      const models = (await modelsOf(probe)).filter(({ app }) => Boolean(attributesOf(app).lastReloadTime));
      return counted(models, told`data models`, ({ model: { static_byte_size, reload_meta } }) => {
        const { cpu_time_spent_ms, peak_memory_bytes } = propertiesIn(reload_meta);
        return [static_byte_size, cpu_time_spent_ms, peak_memory_bytes].every(isNumber);
      });
    },
  },
];

/** Apps that were tried, each with what its data model was answered. */
async function askedIn(probe: Probe) {
  const apps = (await probe.apps()).map(({ item }) => item);
  const answers = await Promise.allSettled(
    apps.map(async ({ resourceId }) =>
      propertiesIn(await probe.answer(apiPath`/api/v1/apps/${String(resourceId)}/data/metadata`)),
    ),
  );
  return answers.map((answer, at) => ({ app: apps[at] ?? {}, answer }));
}

/** The data models that could be read. Rejects with the first refusal where all are refused. */
async function modelsOf(probe: Probe): Promise<readonly { app: Properties; model: Properties }[]> {
  const asked = await askedIn(probe);
  fulfilled(asked.map(({ answer }) => answer));
  return asked.flatMap(({ app, answer }) => (answer.status === 'fulfilled' ? [{ app, model: answer.value }] : []));
}

function areNamed(list: unknown): boolean {
  return Array.isArray(list) && list.every((entry) => typeof propertiesIn(entry).name === 'string');
}
