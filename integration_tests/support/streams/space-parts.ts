import type { SimulatedTenant } from '../../../src/simulator/tenant.ts';
import type { EditableRows } from './editable-rows.ts';
import type { SpaceTests } from './kinds.ts';
import { linkedToItself, more, type RowFacts, type RowOf, rowsIn, withTimes } from './lists.ts';
import { editsOfRows } from './random-edit.ts';

/** The simulator's lists of rows that are in spaces. */
type ListInSpaces = 'assignments' | 'shares';

interface SpaceFacts<List extends ListInSpaces> extends RowFacts<List> {
  readonly part: string;
}

/** What is in spaces, by the way from there. */
export const spaceParts = {
  space_assignments: spaceTests({
    ...{ list: 'assignments', part: 'assignments', truth: withoutSelf },
    textFields: ['assigneeId', 'createdBy', 'updatedBy'],
    personal: linkedToItself,
    nested: ({ roles }, text) => ({ roles: more(roles, text) }),
    fuzzedFields: ['assigneeId', 'roles'],
  }),
  space_shares: spaceTests({
    ...{ list: 'shares', part: 'shares', truth: withoutSelf },
    textFields: ['resourceName', 'createdBy', 'updatedBy'],
    personal: linkedToItself,
    nested: ({ roles }, text) => ({ roles: more(roles, text) }),
    fuzzedFields: ['type', 'roles'],
  }),
};

function spaceTests<List extends ListInSpaces>(facts: SpaceFacts<List>): SpaceTests {
  const rows = rowsIn(facts);
  const editable: EditableRows = {
    ...rows,
    add: (data, given) => {
      const [space] = data.spaces.all();
      return space && rows.add(data, { ...given, spaceId: space.id });
    },
  };
  return {
    ...editable,
    ...{ kind: 'space', part: facts.part, edits: editsOfRows(editable) },
    truth: ({ data, url }: SimulatedTenant) =>
      [...rows.rows(data).all()]
        .filter(({ spaceId }) => data.spaces.get(String(spaceId)))
        .flatMap((row) => facts.truth(row as unknown as RowOf<List>, url) ?? []),
    fuzzedFields: ['id', ...facts.fuzzedFields],
  };
}

function withoutSelf({ links: { self, ...links }, ...row }: { readonly links: { readonly self: object } }): object {
  return { ...withTimes(row, ['updatedAt']), links };
}
