import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPace } from '../../../reconciler/adapters/github/pace.ts';

const waitMsMax = 60_000;

function start() {
  const waits: number[] = [];
  let nowMs = 0;
  const clock = {
    now: () => nowMs,
    async wait(ms: number) {
      waits.push(ms);
      nowMs += ms;
    },
  };
  const pace = createPace(clock, waitMsMax);
  const take = async (turns: number) => {
    for (let n = 0; n < turns; n += 1) await pace.turn();
  };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { pace, take, waits, pass };
}

test('sixty writes a minute are sent at once, the next one waits for the first to be over', async () => {
  const { take, waits, pass } = start();
  await take(30);
  pass(20_000);
  await take(31);
  assert.deepEqual(waits, [40_000]);
});

test('turns that are asked for together come one after the other', async () => {
  const { pace, waits } = start();
  await Promise.all(Array.from({ length: 121 }, () => pace.turn()));
  assert.deepEqual(waits, [60_000, 60_000]);
});

test('an hour that is full is a failure, and no turn is lost by it', async () => {
  const { pace, take, waits, pass } = start();
  await take(400);
  assert.equal(waits.length, 6);
  const full = { reason: 'RateLimited', retryAfterSeconds: 3240 };
  await assert.rejects(pace.turn(), full);
  await assert.rejects(pace.turn(), full);
  pass(3_240_000 - waitMsMax);
  await take(60);
  assert.deepEqual(waits.slice(6), [60_000]);
});

test('a clock that was set back blocks no turn for longer than the window', async () => {
  const { take, waits, pass } = start();
  pass(7_200_000);
  await take(60);
  pass(-7_000_000);
  await take(1);
  assert.deepEqual(waits, [60_000]);
});
