import { SECRET_MARK } from './connections.ts';
import { chance, type Die, hex, pick, uuid } from './dice.ts';
import type { Properties, StoredObject } from './stored-object.ts';

/** What the variables of an app are like: names, definitions, and whether the script makes them. */
const KINDS: readonly (readonly [name: string, definition: (die: Die) => string, isScriptCreated?: true])[] = [
  ['vCurrency', (die) => pick(die, ['EUR', 'USD', 'JPY'])],
  ['vField', (die) => pick(die, ['Region', 'Country', '[Product Group]'])],
  ['vSales', () => 'Sum(Amount)', true],
  ['vGrowth', () => '$(vSales) / Sum({<Year={$(vLastYear)}>} Amount) - 1'],
  ['vLastYear', () => '=Max(Year) - 1'],
  ['vShare', () => 'Sum($1) / Sum(TOTAL $1)'],
  ['vTitle', () => "='Sales in ' & GetFieldSelections(Region)"],
  ['vApiKey', (die) => SECRET_MARK + hex(die, 12)],
  ['vSource', (die) => `https://example.com/orders?apikey=${SECRET_MARK}${hex(die, 12)}&page=1`, true],
  ['vShown', () => '1'],
];

/** Qlik's own: they are listed to who asks for them. */
export const RESERVED = ['ErrorMode', 'ThousandSep', 'DecimalSep'].map((qName) => ({
  ...{ qName, qDefinition: ',', qIsReserved: true, qIsScriptCreated: true },
  qInfo: { qId: qName, qType: 'variable' },
}));

/** Some variables, as an app stores them. */
export function appVariables(die: Die): StoredObject[] {
  return KINDS.filter(() => chance(die, 80)).map(([qName, definition, isScriptCreated = false]) => {
    const qComment = chance(die, 30) ? `What ${qName} is for` : '';
    const properties: Properties = {
      qInfo: { qId: uuid(die), qType: 'variable' },
      ...{ qName, qDefinition: definition(die), qComment, isScriptCreated },
      ...(chance(die, 20) && { tags: ['shared'] }),
    };
    const meta = { id: properties.qInfo.qId, privileges: ['read', 'update', 'delete'] };
    return { properties, meta, childIds: [] };
  });
}

/** An entry of a list of variables. */
export function listedVariable({ qInfo, qName, qDefinition, qComment, isScriptCreated, tags }: Properties): object {
  return {
    ...{ qName, qDefinition, qInfo, qMeta: { privileges: ['read'] } },
    ...(qComment ? { qDescription: qComment } : {}),
    ...(isScriptCreated ? { qIsScriptCreated: true } : {}),
    qData: tags ? { tags } : {},
  };
}
