import { expect, test } from 'vitest';
import { TenantError } from './error.ts';
import { OpenSessions } from './open-sessions.ts';

/** A session that is open, or not yet. */
function session() {
  const [opening, ended] = [Promise.withResolvers<{ closed: Promise<void> }>(), Promise.withResolvers<void>()];
  return {
    opening: opening.promise,
    open: () => opening.resolve({ closed: ended.promise }),
    turnAway: () => opening.reject(new TenantError('transient_error', 'no room', { code: 4230, ofWhole: true })),
    fail: () => opening.reject(new TenantError('config_error', 'denied', { code: 4203, ofWhole: true })),
    end: ended.resolve,
  };
}

const going = new AbortController().signal;
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Those who wait, in order, and what they were told. */
function waiters(sessions: OpenSessions, count: number) {
  const told: boolean[] = [];
  for (let waiter = 0; waiter < count; waiter += 1) void sessions.oneEnds(going).then((hasRoom) => told.push(hasRoom));
  return told;
}

test('nobody waits where there is none that could end', async () => {
  const sessions = new OpenSessions();
  expect(await sessions.oneEnds(going)).toBe(false);
  const one = session();
  sessions.add(one.opening);
  one.open();
  one.end();
  await settled();
  expect(await sessions.oneEnds(going)).toBe(false);
});

test('each that ends lets one in, and the last all', async () => {
  const sessions = new OpenSessions();
  const three = [session(), session(), session()] as const;
  for (const one of three) {
    sessions.add(one.opening);
    one.open();
  }
  const told = waiters(sessions, 4);
  for (const [index, one] of three.entries()) {
    await settled();
    expect(told).toHaveLength(index);
    one.end();
  }
  await settled();
  expect(told).toEqual([true, true, true, true]);
});

test('those that are turned away leave no room, and nobody waiting for nothing', async () => {
  const sessions = new OpenSessions();
  const [one, other] = [session(), session()];
  sessions.add(one.opening);
  sessions.add(other.opening);
  const told = waiters(sessions, 2);
  one.turnAway();
  await settled();
  expect(told).toEqual([]);
  other.turnAway();
  await settled();
  expect(told).toEqual([false, false]);
});

test('whoever waits is let go when stopped', async () => {
  const sessions = new OpenSessions();
  const one = session();
  sessions.add(one.opening);
  one.open();
  const stop = new AbortController();
  const waiting = sessions.oneEnds(stop.signal);
  stop.abort(new Error('that is enough'));
  await expect(waiting).rejects.toThrow('that is enough');
  const told = waiters(sessions, 1);
  one.end();
  await settled();
  expect(told).toEqual([true]);
});

test('one that comes to nothing for a reason of its own leaves its room to the next', async () => {
  const sessions = new OpenSessions();
  const [one, other] = [session(), session()];
  sessions.add(one.opening);
  sessions.add(other.opening);
  const told = waiters(sessions, 2);
  one.fail();
  await settled();
  expect(told).toEqual([true]);
});
