import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorldClock } from '../../local-cloud/clock.ts';
import { createRandomness } from '../../local-cloud/randomness.ts';

const startMs = Date.parse('2026-11-22T05:00:00Z');

test('timers run in due order and each has its own due time', () => {
  const clock = createWorldClock({ startMs, rate: 0 });
  const seen: [string, number][] = [];
  const note = (name: string) => () => seen.push([name, clock.now() - startMs]);
  clock.after(8_000, note('late'));
  clock.after(1_000, () => {
    note('early')();
    clock.after(2_000, note('chained'));
  });
  clock.after(8_000, note('late, asked second'));
  clock.after(20_000, note('not yet'));

  clock.advance(10);

  assert.deepEqual(seen, [
    ['early', 1_000],
    ['chained', 3_000],
    ['late', 8_000],
    ['late, asked second', 8_000],
  ]);
  assert.equal(clock.now(), startMs + 10_000);
});

test('a cancelled callback never runs', () => {
  const clock = createWorldClock({ startMs, rate: 0 });
  let runs = 0;
  const cancel = clock.after(1_000, () => {
    runs += 1;
  });
  cancel();
  clock.advance(5);
  assert.equal(runs, 0);
});

test('with a rate, world time passes by itself', async () => {
  const clock = createWorldClock({ startMs, rate: 10_000 });
  const passed = await new Promise<number>((resolve) => {
    const keepAlive = setInterval(() => {}, 1_000);
    clock.after(60_000, () => {
      clearInterval(keepAlive);
      resolve(clock.now() - startMs);
    });
  });
  assert.ok(passed >= 60_000, `${passed} ms of world time`);
  clock.close();
});

test('the world does not go backwards', () => {
  const clock = createWorldClock({ startMs, rate: 0 });
  assert.throws(() => clock.advance(-1), { reason: 'InvalidInput' });
});

test('the same seed and calls give the same draws, whatever other streams drew', () => {
  const draw = (noise: number) => {
    const root = createRandomness(7);
    const other = root.fork('other');
    for (let i = 0; i < noise; i += 1) other.below(10);
    const mine = root.fork('mine');
    return [mine.hex(12), mine.token(20), mine.below(1_000)];
  };
  assert.deepEqual(draw(0), draw(50));
  assert.notDeepEqual(draw(0), [createRandomness(8).fork('mine').hex(12)]);
  assert.match(createRandomness(8).token(64), /^[A-Za-z0-9]{64}$/);
});

test('draws stay in range and reach all of it', () => {
  const randomness = createRandomness(1);
  const drawn = new Set(Array.from({ length: 500 }, () => randomness.below(6)));
  assert.deepEqual([...drawn].sort(), [0, 1, 2, 3, 4, 5]);
});
