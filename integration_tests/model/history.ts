import { chance, type Die, pick } from '../../src/simulator/data/dice.ts';
import type { AppDocument } from '../../src/simulator/data/document.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import { EDITABLE } from '../support/stream-tests.ts';
import { chartEdits } from './history-charts.ts';
import { type Edit, type EditContext, listEdits } from './history-lists.ts';
import { Memory } from './history-memory.ts';
import { reloadEdits } from './history-reloads.ts';
import { keep, restore, sheetEdits } from './history-sheets.ts';
import { Times } from './history-times.ts';
import { breaking, closeApp, passing, type Trouble } from './history-troubles.ts';

/** What a step of a history may do. */
export interface Licence {
  /** Whether what the step before has done is undone first. */
  readonly goesBack: boolean;
  /** Whether times of sheets and apps move when something in them changes. */
  readonly timesMove: boolean;
}

const appEdits = [...chartEdits, ...sheetEdits];

/** The life of a tenant, as the dice will have it. */
export class History {
  readonly #tenant: SimulatedTenant;
  readonly #memory: Memory;
  readonly #times: Times;
  /** How to open the apps again that are closed. */
  readonly #closed = new Map<string, () => void>();

  constructor(tenant: SimulatedTenant) {
    this.#tenant = tenant;
    this.#memory = new Memory(tenant);
    this.#times = new Times(tenant, this.#memory);
    for (const document of this.#memory.documents()) keep({ document, memory: this.#memory });
  }

  /** Apps that may not be opened now. */
  get closed(): ReadonlySet<string> {
    return new Set(this.#closed.keys());
  }

  /** Makes some edits; tells what they were. */
  live(die: Die, { goesBack, timesMove }: Licence): string[] {
    const context = this.#context(die);
    const undo = this.#memory.undo.splice(0).toReversed();
    if (goesBack) for (const each of undo) each();
    // Where nothing has happened, nothing may be sent.
    const isQuiet = chance(die, goesBack ? 60 : 10);
    const told = [
      ...(goesBack ? [`undone: ${undo.length} edits`] : []),
      ...times(isQuiet ? 0 : die(7), () => {
        const list = pick(die, EDITABLE);
        return tell(list.name, pick(die, listEdits), { ...context, list });
      }),
      ...times(isQuiet ? 0 : die(9), () => {
        const documents = this.#memory.documents();
        const document = documents.length > 0 ? pick(die, documents) : undefined;
        if (!document) return [];
        this.#undoLater(document);
        return tell(document.appId, pick(die, appEdits), { ...context, document });
      }),
      ...times(isQuiet ? 0 : die(5), () => tell('reloads', pick(die, reloadEdits), context)),
    ];
    this.#keepSome(die);
    if (timesMove) this.#times.move(die);
    else this.#times.note();
    return told.flat();
  }

  /** Makes something go wrong in the next sync. */
  trouble(die: Die, kind: 'passing' | 'breaking'): Trouble {
    return (kind === 'passing' ? passing : breaking)(this.#context(die));
  }

  /** Closes an app, or opens one again; tells which. */
  closeOrOpen(die: Die): string[] {
    const [opened] = this.#closed.keys();
    const apps = this.#memory.documents().map(({ appId }) => appId);
    if (opened !== undefined && (chance(die, 40) || apps.length === 0)) {
      this.#closed.get(opened)?.();
      this.#closed.delete(opened);
      this.#times.touch(opened, die);
      return [`${opened} opened again`];
    }
    const appId = apps.length > 0 ? pick(die, apps) : undefined;
    if (appId === undefined || this.#closed.has(appId)) return [];
    const { name, open } = closeApp(this.#context(die), appId);
    this.#closed.set(appId, open);
    return [name];
  }

  #undoLater(document: AppDocument): void {
    const before = structuredClone(document.objects);
    this.#memory.undo.push(() => {
      if (this.#memory.documents().includes(document)) restore(document, before);
    });
  }

  #keepSome(die: Die): void {
    for (const document of this.#memory.documents()) if (chance(die, 20)) keep({ document, memory: this.#memory });
  }

  #context(die: Die): EditContext {
    return { tenant: this.#tenant, memory: this.#memory, die };
  }
}

function times<T>(count: number, make: () => T[]): T[] {
  return Array.from({ length: count }, make).flat();
}

function tell<Place extends EditContext>(where: string, { name, run }: Edit<Place>, place: Place): string[] {
  const what = run(place);
  return what === undefined ? [] : [`${where}: ${name}: ${what}`];
}
