import { type AppNames, type Named, of } from './app-names.ts';
import type { Use } from './uses.ts';

/** Labels of a chart's own measures, with the master measure that each shows; null for none. */
export type Labels = ReadonlyMap<string, string | null>;

/**
 * What a use is of, by Qlik's precedence (https://help.qlik.com, "Naming conflicts between fields, measures and variables" in
 * its pages on references): in an aggregation a field comes before a variable; elsewhere a measure's label comes before a variable, and
 * that before a field. In sets, TOTAL and dimensions of Aggr only fields are meant. `labels` are those of the chart's own measures.
 * Undefined for what is only possible and nothing has the name of.
 */
export function resolve(use: Use, app: AppNames, labels: Labels): Named | undefined {
  if (use.certainty === 'dynamic') return of('dynamic', { exactness: 'dynamic' });
  const named = found(use, app, labels);
  if (use.certainty === 'certain') return named;
  if (named.kind === 'unknown' || named.kind === 'bookmark') return undefined;
  return named.exactness === 'exact' || named.exactness === 'case' ? { ...named, exactness: 'possible' } : named;
}

function found({ name, context }: Use, app: AppNames, labels: Labels): Named {
  switch (context) {
    case 'expansion':
      return app.variable(name) ?? nothing();
    case 'set_identifier':
    case 'state':
      return app.stateOrBookmark(name);
    case 'plain':
      return plain(name, app, labels);
    case 'aggregated':
      return aggregated(name, app);
    default:
      return app.field(name) ?? unread(app) ?? possible(app.dimension(name)) ?? nothing();
  }
}

function plain(name: string, app: AppNames, labels: Labels): Named {
  const measure = app.measure(name);
  const shown = labels.get(name);
  if (shown !== undefined && shown !== (measure?.refId ?? undefined))
    // Whether a label of the chart or one of the library comes first, Qlik does not say.
    return of('chart_measure', measure && { refId: measure.refId, exactness: 'ambiguous' });
  const named = measure ?? app.variable(name) ?? app.field(name) ?? unread(app);
  return named ?? possible(app.dimension(name)) ?? nothing();
}

function aggregated(name: string, app: AppNames): Named {
  const variable = app.variable(name);
  // Without the names of fields, none can be ruled out.
  if (variable && !app.hasFields) return { ...variable, exactness: 'ambiguous' };
  const named = app.field(name) ?? variable ?? unread(app);
  return named ?? possible(app.measure(name) ?? app.dimension(name)) ?? nothing();
}

function possible(named: Named | undefined): Named | undefined {
  return named && { ...named, exactness: 'possible' };
}

/** Most probably a field, where nobody may know fields. */
function unread(app: AppNames): Named | undefined {
  return app.hasFields ? undefined : of('field', { exactness: 'possible' });
}

/** A reference that is broken. */
function nothing(): Named {
  return of('unknown', { exactness: 'unknown' });
}
