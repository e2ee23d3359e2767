import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import { ConnectorError } from './errors.ts';

/** What is in use when memory is given up on, of all there is: the last STATE takes some too. */
const FULLEST_HEAP = 0.85;
const FULLEST_PROCESS = 0.95;

const LOOK_MS = 500;
const MIB = 1024 * 1024;

/** V8's limit counts three spaces for young objects, each of this size unless a flag says otherwise (Node 26, 64 bits). */
const YOUNG_SPACE_MIB = 32;

/**
 * Aborts its signal before memory runs out, with a `transient_error` that says so: the heap is judged by what a full collection
 * has left in it, the process by what a container (cgroup) grants it, if it runs in one.
 */
export function watchMemory(): { readonly signal: AbortSignal } & Disposable {
  const low = new AbortController();
  const judge = (used: number, limit: number, fullest: number) => {
    if (used > limit * fullest && !low.signal.aborted) low.abort(runningOut(used, limit));
  };
  const limit = oldObjectsLimit();
  const collections = new PerformanceObserver((list) => {
    if (!list.getEntries().some(isFullCollection)) return;
    judge(oldObjects(), limit, FULLEST_HEAP);
  });
  collections.observe({ entryTypes: ['gc'] });
  // Outside a container this is all memory of the machine, or 0 where that is not known.
  const granted = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const timer = setInterval(() => judge(process.memoryUsage.rss(), granted, FULLEST_PROCESS), LOOK_MS);
  timer.unref();
  return {
    signal: low.signal,
    [Symbol.dispose]: () => {
      collections.disconnect();
      clearInterval(timer);
    },
  };
}

/** Bytes of the objects that outlived a collection: they are what a full one leaves, and what the limit is on. */
function oldObjects(): number {
  const old = getHeapSpaceStatistics().filter(({ space_name }) => !space_name.startsWith('new_'));
  return old.reduce((sum, { space_used_size }) => sum + space_used_size, 0);
}

function oldObjectsLimit(): number {
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ');
  const youngMib = Number(/--max[-_]semi[-_]space[-_]size[= ](\d+)/.exec(flags)?.[1] ?? YOUNG_SPACE_MIB);
  return getHeapStatistics().heap_size_limit - 3 * youngMib * MIB;
}

function isFullCollection(entry: PerformanceEntry): boolean {
  const { detail } = entry as PerformanceEntry & { readonly detail?: { readonly kind?: number } };
  return detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}

function runningOut(used: number, limit: number): ConnectorError {
  return new ConnectorError(
    'transient_error',
    `Memory runs out: ${Math.ceil(used / MIB)} of ${Math.floor(limit / MIB)} MiB are in use. What was read is kept by the ` +
      'states above, and the next sync goes on from there. Give the connector more memory, or sync fewer streams at a time.',
  );
}
