import type { Properties } from '../data/stored-object.ts';
import type { EngineDials } from './engine-dials.ts';
import type { EngineSession, Target } from './engine-session.ts';

/** A request that is being answered. */
export interface Asked<Of = Target> {
  session: EngineSession;
  target: Of;
  dials: EngineDials;
  /** Whether empty members are to be sent. */
  returnEmpty: boolean;
}

/** Every parameter, by its name. */
export interface Params {
  qDocName: string;
  qNoData?: boolean;
  qId: string;
  qOptions: ListOptions;
  qListDef: Record<string, unknown>;
  qProp: Properties;
}

/** What GetObjects is to list. */
interface ListOptions {
  qTypes?: string[];
  qIncludeSessionObjects?: boolean;
  qData?: Record<string, string>;
}

/** What a method takes: names in order, each with its type; a question mark after a name that may be left out. */
export interface Method<Of> {
  takes: [name: string, type: 'string' | 'boolean' | 'number' | 'object'][];
  run(asked: Asked<Of>, params: Params): object;
}

/** The methods of one kind of object. */
export type Methods<Of> = Record<string, Method<Of>>;
