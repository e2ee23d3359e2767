import type { Properties } from './app-objects.ts';

/** A variable of an app, as the engine lists it (NxVariableListItem in its schema); what really comes may be anything but the name. */
export interface ListedVariable {
  readonly qName: string;
  readonly qDefinition?: unknown;
  readonly qDescription?: unknown;
  readonly qIsScriptCreated?: unknown;
  readonly qInfo?: { readonly qId?: unknown } | null;
  readonly qData?: Properties | null;
}

/** What is asked for: neither Qlik's own variables (`ErrorMode`, `ThousandSep` and the like) nor those of its settings. */
export const VARIABLES = {
  qType: 'variable',
  qShowReserved: false,
  qShowConfig: false,
  qData: { tags: '/tags' },
} as const;

/** The variables in a list, those left out that were not asked for; undefined for what is no list of variables. */
export function variablesIn(list: unknown): readonly ListedVariable[] | undefined {
  if (!Array.isArray(list) || !list.every(isVariable)) return undefined;
  return list.filter(({ qIsReserved, qIsConfig }) => qIsReserved !== true && qIsConfig !== true);
}

function isVariable(entry: unknown): entry is ListedVariable & { qIsReserved?: unknown; qIsConfig?: unknown } {
  return typeof (entry as ListedVariable | null)?.qName === 'string';
}
