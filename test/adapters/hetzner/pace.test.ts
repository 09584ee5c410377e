/** Hetzner's time between two of its answers. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPace } from '../../../reconciler/adapters/hetzner/pace.ts';

const second = 1000;
const start = Date.UTC(2026, 0, 1);

/** Hears a Date at each of these wall times, computed by `dateAt`, cut to whole seconds. */
function heard(atMs: readonly number[], dateAt: (ms: number) => number) {
  const pace = createPace();
  for (const ms of atMs) pace.hear(Math.floor(dateAt(ms) / second) * second, ms);
  return pace;
}

describe('the time of Hetzner', () => {
  test('is unknown before the first answer', () => assert.equal(createPace().now(0), null));

  test('is that of the newest answer for five seconds', () => {
    const pace = heard([0], (ms) => start + ms);
    assert.equal(pace.now(4999), start);
    assert.equal(pace.now(5000), null);
  });

  test('is computed for as long as both clocks ran evenly before, and at most five minutes', () => {
    const pace = heard([0, 10_400, 30_700], (ms) => start + ms);
    assert.equal(pace.now(60_000), start + 59 * second);
    assert.equal(pace.now(61_400), null);
    const longer = heard([0, 3600 * second], (ms) => start + ms);
    assert.equal(longer.now(3899 * second), start + 3899 * second);
    assert.equal(longer.now(3900 * second), null);
  });

  test('never goes back with the next answer', () => {
    const pace = heard([0, 20_000], (ms) => start + ms + 900);
    const computed = pace.now(29_950) ?? assert.fail();
    pace.hear(start + 30_000, 29_960);
    assert.ok((pace.now(29_960) ?? 0) >= computed);
  });

  test('is asked for again where a clock was set, was slow, or runs faster', () => {
    for (const dateAt of [
      (ms: number) => start + ms + (ms > 10 * second ? 3600 * second : 0),
      (ms: number) => start + ms - (ms > 10 * second ? 3600 * second : 0),
      (ms: number) => start + 25 * ms,
    ]) {
      const pace = heard([0, 9000, 20_000], dateAt);
      assert.equal(pace.now(25_000), null);
    }
  });

  test('is asked for again after this machine’s clock was set back or it was suspended', () => {
    const pace = heard([0, 60_000], (ms) => start + ms);
    assert.equal(pace.now(59_000), null);
    assert.equal(pace.now(60_000 + 8 * 3600 * second), null);
  });
});
