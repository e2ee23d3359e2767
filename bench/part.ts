import type { Aim } from './aims.ts';
import type { Connector } from './connector.ts';

/** What all parts of the benchmark are given. */
export interface Bench {
  readonly connector: Connector;
  /** To see that it runs: small sizes, one round. */
  readonly isSmall: boolean;
  /** To write to; gone after the run. */
  readonly folder: string;
  /** Takes a line about how it goes. */
  tell(line: string): void;
}

/** A table with what has to be known to read it. */
export interface Table {
  /** A sentence or two. */
  readonly prose: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What went wrong, or was left out. */
  readonly notes?: readonly string[];
}

/** What a part has found. */
export interface WalkReport {
  readonly title: string;
  readonly aims: readonly Aim[];
  readonly tables: readonly Table[];
  /** An SVG. */
  readonly picture: string;
  /** All that was measured. */
  readonly measured: unknown;
}

/** A part of the benchmark, which takes minutes. */
export type Part = (bench: Bench) => Promise<WalkReport>;
