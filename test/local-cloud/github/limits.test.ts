import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorldClock } from '../../../local-cloud/clock.ts';
import { createRateLimits } from '../../../local-cloud/github/limits.ts';

const actor = { login: 'olivia', id: 7, type: 'User' } as const;
const credential = { token: 't', actor, app: null, permissions: null, expiresMs: null };
function start() {
  const clock = createWorldClock({ startMs: 0, rate: 0 });
  return { clock, limits: createRateLimits(clock, 2) };
}

function waitOf(run: () => void): string | undefined {
  try {
    run();
  } catch (thrown) {
    assert.match((thrown as Error).message, /secondary rate limit/);
    return (thrown as { more: { headers: Record<string, string> } }).more.headers['retry-after'];
  }
  return undefined;
}

test('a minute holds eighty creations, an hour five hundred', () => {
  const { clock, limits } = start();
  for (let made = 1; made <= 500; made += 1) {
    limits.create(actor);
    if (made % 80 === 0) {
      assert.equal(
        waitOf(() => limits.create(actor)),
        '60',
      );
      clock.advance(60);
    }
  }
  // Six minutes went by, and the first of them were made an hour before the next may be.
  assert.equal(
    waitOf(() => limits.create(actor)),
    String(3600 - 360),
  );
  clock.advance(3240);
  limits.create(actor);
});

test('a hundred at the same time, and one more once one is over', () => {
  const { limits } = start();
  for (let i = 0; i < 100; i += 1) limits.enter(actor);
  assert.equal(
    waitOf(() => limits.enter(actor)),
    '60',
  );
  limits.leave(actor);
  limits.enter(actor);
});

test('an hour’s requests, returned where they cost nothing', () => {
  const { clock, limits } = start();
  limits.spend(credential);
  limits.spend(credential);
  assert.throws(() => limits.spend(credential), { statusCode: 403 });
  limits.refund(actor);
  limits.spend(credential);
  clock.advance(3600);
  assert.equal(limits.of(actor).remaining, 2);
});
