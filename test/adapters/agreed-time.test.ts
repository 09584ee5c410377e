import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAgreedTime } from '../../reconciler/adapters/agreed-time.ts';
import { Failure } from '../../reconciler/core/failure.ts';
import { createFakeLog } from '../fakes/log.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const start = Date.parse('2026-11-22T12:00:00Z');

/** Three clocks that a test sets, and how often the Forge was asked. */
function clocks(forge: 'there' | 'down' | 'none' = 'there') {
  const at = { cloud: start, wall: start, forge: start };
  let asked = 0;
  const forgeNow = async () => {
    asked += 1;
    if (forge === 'down') throw new Failure('ProviderOutage', 'GitHub answers 502');
    return at.forge;
  };
  const time = createAgreedTime({
    cloudNow: async () => at.cloud,
    clock: { now: () => at.wall },
    forgeNow: forge === 'none' ? null : forgeNow,
    log: createFakeLog([]),
  });
  return { at, time, asked: () => asked };
}

test('the Forge is asked only where Hetzner’s clock and the machine’s differ', async () => {
  const { at, time, asked } = clocks();
  assert.deepEqual([await time.now(), await time.clockDoubt(), asked()], [start, null, 0]);
  at.cloud = at.forge = start + hourMs;
  assert.deepEqual([await time.now(), await time.clockDoubt()], [start + hourMs, null]);
  assert.equal(asked(), 1, 'its last answer confirms the next one');
  at.wall += 2 * minuteMs;
  at.cloud = at.forge += 2 * minuteMs;
  assert.equal(await time.clockDoubt(), null);
  assert.equal(asked(), 2, 'it is asked again after a minute');
});

test('a world whose clocks run faster than the wall’s, or jump, is in no doubt', async () => {
  const { at, time } = clocks();
  for (const ms of [20 * minuteMs, hourMs, 25 * hourMs, 1000]) {
    at.wall += 1000;
    at.cloud = at.forge += ms;
    assert.deepEqual([await time.now(), await time.clockDoubt()], [at.cloud, null]);
  }
});

test('a wrong answer of Hetzner’s is refuted by a new answer of the Forge, never by a cached one', async () => {
  const { at, time } = clocks();
  at.cloud = at.forge = start + hourMs;
  assert.equal(await time.clockDoubt(), null);
  at.cloud = start + 1000 * hourMs;
  assert.match((await time.clockDoubt()) ?? '', /Hetzner says 2027-/);
  at.cloud = at.wall + hourMs;
  assert.equal(await time.now(), at.cloud);
});

test('without a Forge a difference is a doubt, and the earliest counts', async () => {
  for (const kind of ['down', 'none'] as const) {
    const { at, time } = clocks(kind);
    at.cloud = start + 10 * hourMs;
    assert.equal(await time.now(), start);
    assert.match((await time.clockDoubt()) ?? '', /the Forge does not say/);
  }
});
