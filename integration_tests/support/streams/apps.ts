import { dataModelOf, measuredOf } from '../../../src/simulator/data/data-model.ts';
import { pick } from '../../../src/simulator/data/dice.ts';
import type { AppDocument } from '../../../src/simulator/data/document.ts';
import type { Item } from '../../../src/simulator/data/items.ts';
import type { SimulatedTenant } from '../../../src/simulator/tenant.ts';
import { chartsIn, dimensionsIn, mastersIn, measuresIn, sheetsIn, type View, variablesIn } from './app-rows.ts';
import type { DataModelTests, EngineTests } from './kinds.ts';
import { appsOf, inApp, inChart, inLibrary, inSheet, type RandomEdits } from './random-edit.ts';

interface EngineFacts extends Omit<EngineTests, 'kind' | 'truth'> {
  rowsIn(document: AppDocument, view: View): object[];
}

const withId = (id: string) => [`"qId":${id}`];

/** What is in apps, as the engine tells it. */
export const inEngine = {
  sheets: engineTests({
    ...{ rowsIn: sheetsIn, ownMethods: [], namedBy: withId, isBySheet: false },
    edits: {
      keeping: [
        inApp((document) => void document.edit.addSheet({ charts: 2 })),
        inSheet((document, sheet, die) => document.edit.change(sheet, { qMetaDef: { title: `Sheet ${die(1e6)}` } })),
        inSheet((document, sheet, die) => document.edit.changeMeta(sheet, { published: die(2) === 0 })),
      ],
      deleting: [inSheet((document, sheet) => document.sheetIds().length > 2 && document.edit.delete(sheet))],
    },
    fuzzedFields: [
      ...['result', 'qReturn', 'qHandle', 'qLayout', 'qItems', 'qInfo', 'qId', 'qType', 'qMeta', 'qData', 'title'],
      ...['rank', 'thumbnail', 'qStaticContentUrlDef', 'showCondition', 'labelExpression', 'modifiedDate'],
    ],
  }),
  charts: engineTests({
    ...{ rowsIn: chartsIn, ownMethods: ['GetFullPropertyTree'], namedBy: withId, isBySheet: true },
    edits: {
      keeping: [
        inSheet((document, sheet) => void document.edit.addChart(sheet)),
        inChart((document, chart, die) => document.edit.change(chart, { title: `Chart ${die(1e6)}` })),
        inChart((document, chart, die) => document.edit.moveChart(chart, pick(die, document.sheetIds()))),
      ],
      deleting: [inChart((document, chart) => document.edit.delete(chart))],
    },
    fuzzedFields: [
      ...['cells', 'name', 'col', 'qProperty', 'qChildren', 'qHyperCubeDef', 'qDimensions', 'qMeasures', 'qDef'],
      ...['qLibraryId', 'qFieldDefs', 'qExtendsId', 'qMetaDef', 'visualization', 'qUndoExclude', 'generated'],
      ...['qStringExpression', 'actions', 'qCalcCondition', 'colorExpression', 'markdown'],
    ],
  }),
  dimensions: engineTests({
    ...{ rowsIn: dimensionsIn, ownMethods: [], isBySheet: false },
    namedBy: (id) => ['"qDimensionList"', `"qId":${id}`],
    edits: libraryEdits('dimension', (number) => ({
      qDim: { qGrouping: 'N', qFieldDefs: [`Field ${number}`], qFieldLabels: [] },
    })),
    fuzzedFields: ['qDim', 'qFieldDefs'],
  }),
  measures: engineTests({
    ...{ rowsIn: measuresIn, ownMethods: [], isBySheet: false },
    namedBy: (id) => ['"qMeasureList"', `"qId":${id}`],
    edits: libraryEdits('measure', (number) => ({ qMeasure: { qDef: `Sum(Amount * ${number})`, qLabel: 'Amount' } })),
    fuzzedFields: ['qMeasure', 'qDef'],
  }),
  master_visualizations: engineTests({
    ...{ rowsIn: mastersIn, ownMethods: ['GetFullPropertyTree'], isBySheet: false },
    namedBy: (id) => [`"qInfo":{"qId":${id},"qType":"masterobject"}`],
    edits: libraryEdits('masterobject', (number) => ({ qMetaDef: { title: `Master ${number}` } })),
    fuzzedFields: ['qMetaDef', 'modifiedDate'],
  }),
  variables: engineTests({
    ...{ rowsIn: variablesIn, ownMethods: ['GetVariables'], isBySheet: false },
    namedBy: (id) => [`"qInfo":{"qId":${id},"qType":"variable"}`],
    edits: libraryEdits('variable', (number) => ({ qDefinition: `Sum(Amount) + ${number}` })),
    fuzzedFields: ['qName', 'qDefinition', 'qIsReserved', 'qList'],
  }),
};

/** What the last reload of an app has made. */
export const inDataModel = {
  app_tables: dataModelTests('tables', ['id', 'name', 'no_of_rows'], (_, model) => model.tables),
  app_fields: dataModelTests('fields', ['id', 'name', 'src_tables'], (_, { fields }) =>
    fields.map((field) => ({ ...field, src_tables: field.src_tables.toSorted() })),
  ),
  app_data_models: dataModelTests(undefined, ['static_byte_size', 'reload_meta', 'hardware'], (_, { measured }) => {
    const { reload_meta: reload, static_byte_size } = { reload_meta: undefined, static_byte_size: null, ...measured };
    return [
      {
        staticByteSize: static_byte_size,
        cpuTimeMs: reload?.cpu_time_spent_ms ?? null,
        peakMemoryBytes: reload?.peak_memory_bytes ?? null,
        fullReloadPeakMemoryBytes: reload?.fullReloadPeakMemoryBytes ?? null,
        partialReloadPeakMemoryBytes: reload?.partialReloadPeakMemoryBytes ?? null,
        hasSectionAccess: measured.has_section_access,
        isDirectQueryMode: measured.is_direct_query_mode,
        usage: measured.usage,
        hardware: reload?.hardware ?? null,
      },
    ];
  }),
};

function engineTests({ rowsIn, ...facts }: EngineFacts): EngineTests {
  return {
    ...{ kind: 'engine', ...facts },
    truth: (tenant, isWanted) => {
      const { data, url, engine } = tenant;
      const isEvaluated = engine.dials.listedExpressions === 'evaluated';
      const viewer = engine.dials.privateSheets === 'all' ? undefined : data.plan.adminId;
      return wantedApps(tenant, isWanted).flatMap((document) => rowsIn(document, { url, viewer, isEvaluated }));
    },
  };
}

type Model = ReturnType<typeof dataModelOf> & { readonly measured: ReturnType<typeof measuredOf> };

function dataModelTests(
  part: string | undefined,
  fuzzedFields: readonly string[],
  rowsOf: (appId: string, model: Model) => object[],
): DataModelTests {
  return {
    ...{ kind: 'data model', part, fuzzedFields },
    edits: { keeping: [inApp((document) => document.edit.reload())], deleting: [] },
    truth: (tenant, isWanted) =>
      wantedApps(tenant, isWanted).flatMap(({ appId, item }) =>
        rowsOf(appId, modelOf(tenant.data.plan.seed, item)).map((row) => ({ appId, ...row })),
      ),
  };
}

function modelOf(seed: number, item: Item): Model {
  return { ...dataModelOf(seed, item), measured: measuredOf(seed, item) };
}

function wantedApps({ data }: SimulatedTenant, isWanted: (appId: string) => boolean): AppDocument[] {
  return appsOf(data).filter(({ appId }) => isWanted(appId));
}

function libraryEdits(type: Parameters<typeof inLibrary>[0], patch: (number: number) => object): RandomEdits {
  return {
    keeping: [inLibrary(type, (document, item, die) => document.edit.change(item, { ...patch(die(1e6)) }))],
    // New charts are made of those that are left.
    deleting: [inLibrary(type, (document, item) => document.idsOfType(type).length > 1 && document.edit.delete(item))],
  };
}
