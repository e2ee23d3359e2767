import { alternativesIn } from './alternatives.ts';
import { isComputed } from './computed.ts';

/** A variable of an app. */
export interface Variable {
  readonly id: string | null;
  readonly name: string;
  /** What it stands for: a text, or behind an equals sign an expression; undefined where nobody may know. */
  readonly definition: string | undefined;
}

/** The variables of an app, by name. */
export class Variables {
  readonly #byName: ReadonlyMap<string, Variable>;
  readonly #byLowerCase: ReadonlyMap<string, Variable>;
  readonly #alternatives = new Map<Variable, readonly string[] | undefined>();

  constructor(variables: readonly Variable[]) {
    this.#byName = new Map(variables.map((one) => [one.name, one]));
    this.#byLowerCase = new Map(variables.map((one) => [one.name.toLowerCase(), one]));
  }

  /** The variable of this name; where there is none, that of the name in other letters, upper case or lower. */
  get(name: string): Variable | undefined {
    return this.#byName.get(name) ?? this.#byLowerCase.get(name.toLowerCase());
  }

  /** The texts that may come of a variable, looked up once; undefined where its definition does not hold them all. */
  alternativesOf(variable: Variable): readonly string[] | undefined {
    if (!isComputed(variable.definition)) return undefined;
    if (!this.#alternatives.has(variable)) this.#alternatives.set(variable, alternativesIn(variable.definition ?? ''));
    return this.#alternatives.get(variable);
  }
}
