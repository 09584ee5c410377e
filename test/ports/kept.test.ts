/** What is kept for a while: asked for once for all, given until it is too old, and never a failure. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKept } from '../../reconciler/ports/kept.ts';

/** Answers count up; each waits until it is let go. */
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
  /** What is got once the request that this makes, if it makes one, is answered. */
  const got = async () => {
    const answer = kept.get();
    waiting.shift()?.resolve();
    return answer;
  };
  return { kept, time, waiting, got };
}

test('all that ask at once share one request, and its answer until it is too old', async () => {
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

test('an answer is as old as the request that it came by', async () => {
  const { kept, time, waiting, got } = asked();
  const answer = kept.get();
  time.nowMs = 900;
  waiting.shift()?.resolve();
  assert.equal(await answer, 1);
  assert.deepEqual(kept.last(), { value: 1, ageMs: 900 });
  time.nowMs = 1001;
  assert.equal(await got(), 2);
});

test('a failure is reported to all who wait, and is not kept', async () => {
  const { kept, waiting, got } = asked();
  const answers = [kept.get(), kept.get()];
  waiting.shift()?.reject(new Error('no answer'));
  for (const answer of answers) await assert.rejects(answer, /no answer/);
  assert.equal(kept.last(), null);
  assert.equal(await got(), 1);
});

test('what is known is there while a new answer is on its way', async () => {
  const { kept, time, waiting, got } = asked();
  await got();
  time.nowMs = 5000;
  const answer = kept.get();
  assert.deepEqual(kept.last(), { value: 1, ageMs: 5000 });
  waiting.shift()?.resolve();
  assert.equal(await answer, 2);
});

test('an answer can say how long it lives, and a clock that was set back keeps none alive', async () => {
  const { time, got } = asked((value) => value * 100);
  assert.equal(await got(), 1);
  time.nowMs = 100;
  assert.equal(await got(), 2);
  time.nowMs = 299;
  assert.equal(await got(), 2);
  time.nowMs = -100;
  assert.equal(await got(), 3);
});

test('what was refused is forgotten, and nothing else', async () => {
  const { kept, got } = asked();
  await got();
  kept.forget((value) => value === 7);
  assert.equal(await got(), 1);
  kept.forget((value) => value === 1);
  assert.equal(await got(), 2);
});
