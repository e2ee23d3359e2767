import type { Properties } from '../../qlik/app-objects.ts';
import { type Assumption, counted, NotAsked } from '../../qlik/assumption.ts';
import { told } from '../../qlik/told.ts';

/** Beside deleted. */
const OTHER_STATUSES = ['active', 'invited', 'disabled', 'provisioned'];

/** What is assumed of users, groups and roles, and of who may do what in a space. */
export const peopleAssumptions: readonly Assumption[] = [
  {
    name: 'user-times',
    claim: 'Users have createdAt and lastUpdatedAt.',
    doubt: 'In a recording of 2024 they still had created and lastUpdated, given up in 2022.',
    reliedOnBy: 'users',
    ifNot: { copes: 'yes', how: 'the former fields take their place' },
    async ask(probe) {
      const hasBoth = ({ createdAt, lastUpdatedAt }: Properties) => Boolean(createdAt) && Boolean(lastUpdatedAt);
      return counted(await probe.rows('users'), told`users`, hasBoth);
    },
  },
  {
    name: 'user-roles',
    claim: 'Users have assignedRoles and assignedGroups.',
    doubt: 'A recording of 2024 lacks both; a caller who may not see roles may be sent neither.',
    reliedOnBy: 'users, and the answers in SQL to who can do what',
    ifNot: { copes: 'no', how: 'the columns are null: the former lists of names are not taken' },
    async ask(probe) {
      const hasBoth = ({ assignedRoles, assignedGroups }: Properties) =>
        Array.isArray(assignedRoles) && Array.isArray(assignedGroups);
      return counted(await probe.rows('users'), told`users`, hasBoth);
    },
  },
  {
    name: 'deleted-users',
    claim: 'The plain list of users has those with the status deleted too.',
    doubt: 'The status is declared and can be filtered by; nobody says whether the list has such users.',
    reliedOnBy: 'users: one that is no longer listed gets a tombstone',
    ifNot: { copes: 'yes', how: 'deleted users get a tombstone instead of a row with that status' },
    async ask(probe) {
      const total = async (status?: string) => {
        const { envelope } = await probe.page('users', { limit: 1, filter: status && `status eq "${status}"` });
        return Number(envelope.totalResults);
      };
      const [all, deleted, ...others] = await Promise.all([total(), ...['deleted', ...OTHER_STATUSES].map(total)]);
      const living = others.reduce((sum, count) => sum + count, 0);
      if (deleted === 0) throw new NotAsked(told`no user has that status`);
      if (all !== living && all !== living + (deleted ?? 0)) throw new NotAsked(told`the totals do not add up`);
      return {
        holds: all !== living,
        came: told`${all === living ? 0 : (deleted ?? 0)} of ${deleted ?? 0} deleted users`,
      };
    },
  },
  {
    name: 'system-groups',
    claim: 'GET /groups?systemGroups=true lists the groups of the system, which the plain list lacks.',
    doubt: 'Documented to go with no other parameter; not recorded.',
    reliedOnBy: 'groups',
    ifNot: {
      copes: 'in part',
      how: 'a group that both lists have is one row; without the list, such groups are missing',
    },
    async ask(probe) {
      const { rows } = await probe.pageAt('/api/v1/groups', { systemGroups: true });
      const plain = new Set((await probe.rows('groups')).map(({ id }) => id));
      return counted(rows, told`groups of the system`, ({ id }) => !plain.has(id));
    },
  },
  {
    name: 'default-roles',
    claim: 'Every role says its type and its level.',
    doubt: 'level is optional by the schema.',
    reliedOnBy: 'roles',
    ifNot: { copes: 'yes', how: 'the column is null' },
    async ask(probe) {
      const isTold = ({ type, level }: Properties) => typeof type === 'string' && typeof level === 'string';
      return counted(await probe.rows('roles'), told`roles`, isTold);
    },
  },
  {
    name: 'space-types',
    claim: 'The list of spaces has shared, managed and data spaces, and no personal ones.',
    doubt: 'The schema declares three types.',
    reliedOnBy: 'spaces, include_spaces, include_personal_apps',
    ifNot: { copes: 'yes', how: 'a space of another type is a row as any other' },
    async ask(probe) {
      const isKnown = ({ type }: Properties) => ['shared', 'managed', 'data'].includes(String(type));
      return counted(await probe.rows('spaces'), told`spaces`, isKnown);
    },
  },
  {
    name: 'spaces-of-apps',
    claim: 'The list of spaces has every space that a listed app is in.',
    doubt: 'That an API key of a Tenant Admin lists all spaces is documented for OAuth and the user interface only.',
    reliedOnBy: 'spaces, space_assignments, space_shares',
    ifNot: { copes: 'no', how: 'spaces that are not listed have no rows, nor what is read from them' },
    async ask(probe) {
      const { rows, isWhole } = await probe.spaces();
      if (!isWhole) throw new NotAsked(told`there are more than ${rows.length} spaces`);
      const listed = new Set(rows.map(({ id }) => id));
      const named = new Set((await probe.rows('apps')).map(({ spaceId }) => spaceId).filter(Boolean));
      return counted([...named], told`spaces`, (id) => listed.has(id));
    },
  },
  {
    name: 'owner-has-no-assignment',
    claim: 'The owner of a space has no assignment in it.',
    doubt: 'Stated once, in prose.',
    reliedOnBy: 'the answer in SQL to who can open an app, which adds owners',
    ifNot: { copes: 'yes', how: 'the answers name the owner twice, by the role and as the owner' },
    async ask(probe) {
      const spaces = await probe.inSpaces('assignments');
      return counted(spaces, told`spaces`, ({ space, page }) =>
        page.rows.every(({ assigneeId }) => assigneeId !== space.ownerId),
      );
    },
  },
  {
    name: 'assignment-types',
    claim: 'Assignments are of users, groups and bots.',
    doubt: 'bot is declared in one of two schemas.',
    reliedOnBy: 'space_assignments',
    ifNot: { copes: 'yes', how: 'the row says what Qlik says' },
    async ask(probe) {
      const rows = (await probe.inSpaces('assignments')).flatMap(({ page }) => page.rows);
      return counted(rows, told`assignments`, ({ type }) => ['user', 'group', 'bot'].includes(String(type)));
    },
  },
  {
    name: 'shares-listed',
    claim: 'Whoever may list the assignments of a space may list its shares.',
    doubt: 'Both are declared with 403 and 404, without a right.',
    reliedOnBy: 'space_shares',
    ifNot: { copes: 'yes', how: 'a space whose shares are refused is named in a warning' },
    async ask(probe) {
      const assignments = await probe.inSpaces('assignments');
      const shares = await probe.inSpaces('shares').catch(() => []);
      return {
        holds: shares.length >= assignments.length,
        came: told`${shares.length} of ${assignments.length} spaces`,
      };
    },
  },
];
