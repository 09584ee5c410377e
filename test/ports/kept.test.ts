/** A cached answer: requested once for all callers, returned until it is too old. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKept } from '../../reconciler/ports/kept.ts';

/** Answers count up; each waits until it is released. */
function asked(freshMs: number | ((value: number) => number) = 1000) {
  const time = { nowMs: 0 };
  const waiting: PromiseWithResolvers<void>[] = [];
  let count = 0;
  const ask = async () => {
    const gate = Promise.withResolvers<void>();
    waiting.push(gate);
    await gate.promise;
    count += 1;
    return count;
  };
  const kept = createKept(ask, { clock: { now: () => time.nowMs }, freshMs });
  /** What a caller gets once its request, if it makes one, is answered. */
  const got = async () => {
    const answer = kept.get();
    waiting.shift()?.resolve();
    return answer;
  };
  return { kept, time, waiting, got };
}

test('simultaneous callers share one request, and its answer until it is too old', async () => {
  const { kept, time, waiting, got } = asked();
  const answers = [kept.get(), kept.get()];
  assert.equal(waiting.length, 1);
  waiting.shift()?.resolve();
  assert.deepEqual(await Promise.all(answers), [1, 1]);
  time.nowMs = 999;
  assert.equal(await got(), 1);
  time.nowMs = 1000;
  assert.equal(await got(), 2);
});

test('an answer is as old as its request', async () => {
  const { kept, time, waiting, got } = asked();
  const answer = kept.get();
  time.nowMs = 900;
  waiting.shift()?.resolve();
  assert.equal(await answer, 1);
  assert.deepEqual(kept.last(), { value: 1, ageMs: 900 });
  time.nowMs = 1001;
  assert.equal(await got(), 2);
});

test('a failure is reported to all callers, and is not cached', async () => {
  const { kept, waiting, got } = asked();
  const answers = [kept.get(), kept.get()];
  waiting.shift()?.reject(new Error('no answer'));
  for (const answer of answers) await assert.rejects(answer, /no answer/);
  assert.equal(kept.last(), null);
  assert.equal(await got(), 1);
});

test('the cached answer is returned while a new one is in transit', async () => {
  const { kept, time, waiting, got } = asked();
  await got();
  time.nowMs = 5000;
  const answer = kept.get();
  assert.deepEqual(kept.last(), { value: 1, ageMs: 5000 });
  waiting.shift()?.resolve();
  assert.equal(await answer, 2);
});

test('an answer can have its own lifetime, and a clock that was set back prolongs none', async () => {
  const { time, got } = asked((value) => value * 100);
  assert.equal(await got(), 1);
  time.nowMs = 100;
  assert.equal(await got(), 2);
  time.nowMs = 299;
  assert.equal(await got(), 2);
  time.nowMs = -100;
  assert.equal(await got(), 3);
});

test('a refused answer is dropped, and nothing else', async () => {
  const { kept, got } = asked();
  await got();
  kept.forget((value) => value === 7);
  assert.equal(await got(), 1);
  kept.forget((value) => value === 1);
  assert.equal(await got(), 2);
});
