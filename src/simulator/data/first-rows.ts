import { type Group, groupMaker, type Role, roleMaker } from './access.ts';
import { appIndex, type Item, itemMaker } from './items.ts';
import type { Plan } from './plan.ts';
import { remember } from './remember.ts';
import type { RowMaker } from './row-list.ts';
import { type Space, spaceMaker } from './spaces.ts';
import { type User, userMaker } from './users.ts';

/** The rows that a tenant begins with, as far as rows of other lists name them: by index, each made when asked for. */
export interface FirstRows {
  plan: Plan;
  roles: RowMaker<Role>;
  groups: RowMaker<Group>;
  users: RowMaker<User>;
  spaces: RowMaker<Space>;
  /** Apps, and items of other types between them. */
  items: RowMaker<Item>;
  /** The app of this index among the apps. */
  appAt(app: number): Item;
}

/** Made from the plan alone. */
export function firstRows(plan: Plan): FirstRows {
  const roles = roleMaker(plan);
  const roleAt = remember(roles.rowAt);
  const groups = groupMaker(plan, roleAt);
  const users = userMaker(plan, roleAt, remember(groups.rowAt));
  const made = spaceMaker(plan, users.idAt);
  const spaces = { ...made, rowAt: remember(made.rowAt), idAt: remember(made.idAt) };
  const items = itemMaker(plan, users.rowAt, spaces.idAt);
  return { plan, roles, groups, users, spaces, items, appAt: (app) => items.rowAt(appIndex(app)) };
}
