import fc from 'fast-check';

/**
 * How often and from which seed a property is tried. `FUZZ_RUNS` multiplies the number of cases, `FUZZ_SEED` chooses others;
 * fast-check prints the seed of a failure.
 */
export function fuzzing(runs: number): { numRuns: number; seed: number } {
  const { FUZZ_SEED, FUZZ_RUNS } = process.env;
  return {
    numRuns: Math.max(1, Math.round(runs * Number(FUZZ_RUNS || 1))),
    seed: Number(FUZZ_SEED || 20_261_122),
  };
}

/** As large a part of some cases as `FUZZ_RUNS` asks for, another one in each turn: between them, the turns have all. */
export function someOf<Case>(cases: readonly Case[], turn: number): Case[] {
  const every = Math.max(1, Math.round(1 / Number(process.env.FUZZ_RUNS || 1)));
  return cases.filter((_, index) => index % every === turn % every);
}

/** From 0 to below 1, each part as likely as the others: doubles are mostly next to nothing. */
export const share = fc.noBias(fc.nat({ max: 999_999 })).map((part) => part / 1_000_000);
