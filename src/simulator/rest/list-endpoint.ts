import type { ListEnd } from './dials.ts';

/** Whether a row passes; made once a call from the parameter's value. Undefined refuses the value. */
export type Filter<Row> = (value: string, callerId: string) => ((row: Row) => boolean) | undefined;

/** How a list of Qlik's REST API is asked for, and how it pages. */
export interface ListEndpoint<Row extends { id: string }> {
  /** In front of its error codes. */
  prefix: string;
  /** Without a default, a call without limit is answered with all rows at once; without a limit, every call is. */
  limit?: { default?: number; max: number };
  /** The first one is the default; without any, rows come in the order of their ids. */
  sorts: string[];
  /** The parameter that leads to another page. Without it there are no pages and no links, `{data: [...]}` alone. */
  cursor?: string;
  /** How it says that there is no other page; by the lack of a link, unless given. */
  end?: ListEnd;
  /** Where it says how many rows there are, if it does. */
  total?: 'totalResults' | 'meta';
  filters?: Record<string, Filter<Row>>;
  /** Parameters that do not choose rows: the values they take, if not any. */
  options?: Record<string, string[] | 'any'>;
  /** Holds whatever is asked. */
  where?: ((row: Row) => boolean) | undefined;
  /** Filters that hold unless the parameter is given. */
  unless?: Record<string, (row: Row) => boolean>;
  shape?: (row: Row, options: URLSearchParams) => object;
}
