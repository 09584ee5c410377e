/** Concurrency groups: one runs, one waits, and a newer one takes its place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGroups } from '../../../local-cloud/actions/groups.ts';

const group = { group: 'plan', cancelInProgress: false };

/** A member, and what became of it so far. */
function member(groups = createGroups(), concurrency = group) {
  const own = new AbortController();
  const state = { entered: false, canceled: 0 };
  const entering = groups.enter(concurrency, own.signal, () => {
    state.canceled += 1;
    own.abort();
  });
  entering.then(
    () => {
      state.entered = true;
    },
    () => {},
  );
  return { state, own, entering };
}

test('one at a time; the newest of those that wait', async () => {
  const groups = createGroups();
  const [first, second, third] = [member(groups), member(groups), member(groups)];
  const leave = await first.entering;
  await assert.rejects(second.entering);
  assert.deepEqual([second.state.canceled, third.state.canceled], [1, 0]);
  assert.equal(third.state.entered, false);
  leave();
  const next = await third.entering;
  next();
  assert.equal(typeof (await member(groups).entering), 'function');
});

test('names do not depend on case, and other groups do not wait', async () => {
  const groups = createGroups();
  await member(groups).entering;
  const same = member(groups, { ...group, group: 'PLAN' });
  await member(groups, { ...group, group: 'other' }).entering;
  assert.equal(same.state.entered, false);
});

test('one that gives up while it waits leaves its place', async () => {
  const groups = createGroups();
  const first = member(groups);
  const second = member(groups);
  second.own.abort();
  await assert.rejects(second.entering);
  const third = member(groups);
  (await first.entering)();
  await third.entering;
});

test('a holder that is cancelled keeps the group until it has ended', async () => {
  const groups = createGroups();
  const first = member(groups);
  const leave = await first.entering;
  const second = member(groups, { ...group, cancelInProgress: true });
  assert.equal(first.state.canceled, 1);
  await Promise.resolve();
  assert.equal(second.state.entered, false);
  leave();
  await second.entering;
});
