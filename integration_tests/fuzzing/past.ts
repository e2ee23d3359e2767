import { isDeepStrictEqual } from 'node:util';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import type { Json } from '../support/messages.ts';
import { streamsOf } from '../support/stream-tests.ts';
import { believable, isList, type Sent } from './sent.ts';

/** What one answer told of reloads: the entries that the tenant had in it, and what came in its place. */
export interface ToldEntries {
  readonly entries: readonly Json[];
  readonly told: readonly Json[];
  /** Whether it leads to the same next page. */
  readonly leadsOn: boolean;
}

/**
 * What may be wrong for good where reloads were told otherwise than they were: what has ended is not asked for again. All that was
 * told as it was has to be right, and all of it where nothing was told that makes a list look as if it could be left.
 */
export class FalsePast {
  readonly #isSeen: (id: unknown) => boolean;
  readonly #answers: readonly ToldEntries[];
  readonly #mayBeLeftEarly: boolean;

  /** `isSeen` tells of a reload's id whether the caller was shown it. */
  constructor(isSeen: (id: unknown) => boolean, answers: readonly ToldEntries[]) {
    this.#isSeen = isSeen;
    this.#answers = answers;
    const times = (entries: readonly Json[]) => entries.map(({ creationTime }) => creationTime);
    this.#mayBeLeftEarly = answers.some(
      ({ entries, told, leadsOn }) => !leadsOn || !isDeepStrictEqual(times(entries), times(told)),
    );
  }

  /** Whether a reload may be held otherwise than it is, or not at all. */
  excuses(id: unknown, isHeld: boolean): boolean {
    const isTrue = ({ entries, told }: ToldEntries) => {
      const [own, others] = [entries, told].map((all) => all.filter((entry) => entry.id === id));
      return isDeepStrictEqual(own, others);
    };
    if (!this.#isSeen(id)) return true;
    return (!isHeld && this.#mayBeLeftEarly) || !this.#answers.every(isTrue);
  }
}

const LOGS = streamsOf('log').map(({ call }) => call.path);

/** What was told of reloads, by lists or one by one. */
export function pastIn({ data, dials }: SimulatedTenant, sent: readonly Sent[]): FalsePast {
  const entriesIn = (text: string) => {
    const answer = JSON.parse(text) as Json & { links?: Json | null };
    const isOne = !Array.isArray(answer.data);
    return { entries: isOne ? [answer] : (answer.data as Json[]), next: isOne ? undefined : answer.links?.next };
  };
  const isSeen = (id: unknown) => {
    const { appId = '' } = data.reloads.get(String(id)) ?? {};
    return dials.reloadsOfAllApps || data.itemOfApp(appId) !== undefined;
  };
  return new FalsePast(
    isSeen,
    sent
      .filter(({ from }) => LOGS.some((path) => from.startsWith(path)))
      .map((one) => {
        const { entries, next } = entriesIn(one.original);
        const isSense = (message: Json) => ('data' in JSON.parse(one.original) ? isList(message) : true);
        const { entries: told, next: toldNext } = entriesIn(believable(one, isSense));
        return { entries, told, leadsOn: isDeepStrictEqual(next, toldNext) };
      }),
  );
}
