import type { Assumption } from '../qlik/assumption.ts';
import { chartAssumptions } from '../qlik/assumptions/charts.ts';
import { dataModelAssumptions } from '../qlik/assumptions/data-model.ts';
import { laterAssumptions } from '../qlik/assumptions/later.ts';
import { libraryAssumptions } from '../qlik/assumptions/library.ts';
import { openingAssumptions } from '../qlik/assumptions/opening.ts';
import { pageAssumptions } from '../qlik/assumptions/pages.ts';
import { reloadAssumptions } from '../qlik/assumptions/reloads.ts';
import { sheetAssumptions } from '../qlik/assumptions/sheets.ts';
import { tenantAssumptions } from '../qlik/assumptions/tenant.ts';
import { contentAssumptions } from '../streams/assumptions/content.ts';
import { fieldAssumptions } from '../streams/assumptions/fields.ts';
import { peopleAssumptions } from '../streams/assumptions/people.ts';

/** All that is asked of a tenant, in the order of the table: each stands beside the code that relies on it. */
export const assumptions: readonly Assumption[] = [
  ...tenantAssumptions,
  ...pageAssumptions,
  ...fieldAssumptions,
  ...peopleAssumptions,
  ...contentAssumptions,
  ...dataModelAssumptions,
  ...reloadAssumptions,
  ...openingAssumptions,
  ...sheetAssumptions,
  ...libraryAssumptions,
  ...chartAssumptions,
  ...laterAssumptions,
];
