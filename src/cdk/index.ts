/** What an author of a source writes against; nothing else of the shim is imported from outside. README.md is the manual. */
export { serve } from './cli.ts';
export type { CommandOptions, ExtraCommand, Program, Stage } from './command-line.ts';
export {
  ConnectorError,
  type FailureType,
  isExplained,
  type Reason,
  type Refusal,
  refusalOf,
} from './errors.ts';
export type { Logger } from './protocol/logger.ts';
export type { JsonObject, Schema } from './protocol/messages.ts';
export type { CheckResult, Context, Partitions, Source, Visitor } from './source.ts';
export {
  CHANGE_COLUMNS,
  type Contents,
  type CoverageStream,
  isListStream,
  isLogStream,
  isPartitionStream,
  type ListStream,
  type LogStream,
  type Page,
  type PartitionStream,
  type Row,
  recordSchema,
  type Section,
  type Stream,
  type StreamFacts,
} from './stream.ts';
