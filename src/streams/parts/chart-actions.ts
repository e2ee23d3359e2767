import type { Chart } from '../../generated/charts.ts';
import type { Properties } from '../../qlik/app-objects.ts';
import { maskedDefinition } from './masked-definition.ts';
import { maskedLink } from './masked-link.ts';
import { expressionOrText, objectIn, objectsIn, textIn } from './property.ts';

type Action = NonNullable<NonNullable<Chart['actions']>[number]>;

/** Where the targets of actions stand in an object, or in one below it. */
export const OF_ACTIONS =
  /^(?:\/qChildren\/\d+\/qProperty)*(?:\/qUndoExclude\/generated)?\/(?:actions\/\d+\/(?:sheet|variable|field|value|bookmark|url)|navigation\/(?:sheet|websiteUrl))(?:\/|$)/;

/** What a button does when it is clicked, in order: its actions, and at last where it leads. */
export function actionsOf({ actions, navigation }: Properties): Action[] {
  const listed = (objectsIn(actions) ?? []) as Properties[];
  const way = (objectIn(navigation) ?? {}) as Properties;
  return [
    ...listed.map((action) => actionOf({ ...action, action: action.actionType, label: action.actionLabel })),
    ...(textIn(way.action) && way.action !== 'none'
      ? [actionOf({ action: way.action, sheet: way.sheet, url: way.websiteUrl })]
      : []),
  ];
}

function actionOf(stored: Properties): Action {
  const told = (field: string) => expressionOrText(stored[field]);
  const [variable, value, url] = [told('variable'), told('value'), told('url')];
  return {
    action: told('action'),
    label: told('label'),
    sheet: told('sheet'),
    variable,
    field: told('field'),
    value: value && maskedDefinition(variable ?? '', value),
    bookmark: told('bookmark'),
    url: url && maskedLink(url),
  };
}
