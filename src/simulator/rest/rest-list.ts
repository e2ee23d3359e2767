import type { Answer, Call } from '../answer.ts';
import type { FirstRows } from '../data/first-rows.ts';
import type { Item } from '../data/items.ts';
import type { Plan } from '../data/plan.ts';
import type { RowList, RowMaker } from '../data/row-list.ts';
import type { Space } from '../data/spaces.ts';
import type { User } from '../data/users.ts';
import type { Dials } from './dials.ts';
import type { ListEndpoint } from './list-endpoint.ts';

/** What endpoints know of the tenant besides their own rows. */
export interface Known {
  readonly plan: Plan;
  readonly users: RowList<User>;
  readonly spaces: RowList<Space>;
  itemOfApp(appId: string): Item | undefined;
}

/** A call that is being answered. */
export interface Asked extends Known {
  readonly call: Call;
  /** What stands for `{id}` in the path; empty where nothing does. */
  readonly id: string;
  readonly dials: Dials;
}

/** A list of Qlik's REST API: the rows that it begins with, and how it is asked for them. */
export interface RestList<Row extends { id: string }> {
  /** Below `/api/v1/`, such as `spaces/{id}/shares`. */
  path: string;
  /** Another whole path where it is too, such as `/api/workflows/automations`. */
  alsoAt?: string;
  /** Where two lists have one path: the parameter that must be `true` for this one. */
  when?: string;
  /** The default of the option that tells how many rows there are. A list without it is as long as follows from others. */
  size?: number | ((plan: Plan) => number);
  /** Makes the rows from the tenant's seed and the size. */
  rows(first: FirstRows, size: number): RowMaker<Row>;
  /** The answer to calls that the list does not take, before their parameters are looked at. */
  refuse?(asked: Asked): Answer | undefined;
  endpoint(asked: Asked): ListEndpoint<Row>;
  /** What `<path>/{id}` answers of a row; without it there is no such endpoint. */
  one?(row: Row, asked: Asked): object;
}
