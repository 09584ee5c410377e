/** A service that plans dispatches a run only when it has something to do, and once. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { askFor, bringUp, edit } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { watchRuns } from './watching.ts';

function converged(): FakeWorld {
  const world = createFakeWorld();
  for (const n of [1, 2, 3]) bringUp(world, n);
  world.calls.length = 0;
  return world;
}

const main = (world: FakeWorld) => world.git.branches.get('main') ?? assert.fail();
const reasons = ({ looks }: { looks: readonly (readonly [string, number])[] }) =>
  looks.map(([reason]) => reason);

test('an idle fleet is listed at each interval, and costs nothing', async () => {
  const world = converged();
  const watched = await watchRuns(world, 60);
  assert.deepEqual(
    watched.looks,
    [0, 15, 30, 45, 60].map((minute) => ['listing', minute]),
  );
  assert.deepEqual([watched.dispatched, world.calls], [[], []]);
});

describe('a push', () => {
  test('dispatches one run, at once, by a reading of the changed agent alone', async () => {
    const world = converged();
    const events = {
      5: (push: () => void) => {
        askFor(world, 4);
        push();
      },
    };
    const { looks, dispatched } = await watchRuns(world, 14, { events });
    assert.deepEqual(looks, [
      ['listing', 0],
      ['push', 5],
    ]);
    assert.match(dispatched.join(), /^push: create agt-\w{12} [0-9a-f]{8}$/);
    assert.deepEqual(world.calls, ['forge.dispatch']);
  });

  test('without work dispatches none, and a report that is replayed reads nothing', async () => {
    const world = converged();
    const events = {
      1: (push: () => void) => push(),
      2: (push: () => void) => push(),
      3: (push: () => void) => {
        world.git.commit('A note', { 'README.md': 'Read me.\n' });
        push();
      },
    };
    const fault = world.fault({ port: 'cloud', method: 'servers', kind: 'fail', nth: 99 });
    const watched = await watchRuns(world, 10, { events });
    assert.deepEqual(reasons(watched), ['listing', 'push', 'push', 'push']);
    assert.deepEqual([watched.dispatched, fault.seen], [[], 2]);
  });

  test('in a flood causes few looks', async () => {
    const world = converged();
    const minute = (n: number) => 1 + n / 60;
    const events = Object.fromEntries(
      Array.from({ length: 60 }, (_, second) => [
        minute(second),
        (push: () => void) => {
          for (let n = 0; n < 100; n += 1) push();
        },
      ]),
    );
    const { looks } = await watchRuns(world, 10, { events });
    assert.ok(looks.length <= 14, `${looks.length} looks`);
  });

  test('during a look causes another one', async () => {
    const world = converged();
    let meanwhile = () => {};
    const events = {
      1: (push: () => void) => {
        meanwhile = () => {
          world.git.commit('A note', { 'README.md': 'Read me.\n' });
          push();
          meanwhile = () => {};
        };
      },
    };
    const when = () => {
      meanwhile();
      return false;
    };
    world.fault({ port: 'cloud', method: 'servers', kind: 'fail', when });
    const { looks } = await watchRuns(world, 20, { events });
    assert.deepEqual(looks, [
      ['listing', 0],
      ['listing', 15],
      ['push', 15.1],
    ]);
  });

  test('of a lifted stop dispatches what the stop held back', async () => {
    const world = converged();
    edit(world, 1, { power: 'stopped' });
    world.git.halt('trouble');
    const events = {
      4: (push: () => void) => {
        world.git.branches.delete('stop');
        push();
      },
    };
    const { dispatched } = await watchRuns(world, 10, { events });
    assert.equal(dispatched.length, 1);
    assert.match(dispatched[0] ?? '', /^push: power agt-/);
  });
});

describe('work that was dispatched', () => {
  const asked = () => {
    const world = converged();
    askFor(world, 4);
    return world;
  };

  test('is dispatched again where that run was lost, ever less often', async () => {
    const { dispatched } = await watchRuns(asked(), 24 * 60);
    assert.ok(dispatched.length > 3 && dispatched.length < 9, `${dispatched.length} in a day`);
  });

  test('is not while a run waits, or is in progress', async () => {
    for (const begun of [false, true]) {
      const world = asked();
      const events = {
        1: () => {
          world.forge.active.push({ begun, main: main(world), createdMs: world.time.now() });
        },
      };
      const { dispatched } = await watchRuns(world, 24 * 60, { events });
      assert.equal(dispatched.length, 1);
    }
  });

  test('is not where the push itself started a run', async () => {
    const world = converged();
    const events = {
      5: (push: () => void) => {
        askFor(world, 4);
        world.forge.active.push({ begun: true, main: main(world), createdMs: world.time.now() });
        push();
      },
      6: () => world.forge.active.splice(0),
    };
    const { looks, dispatched } = await watchRuns(world, 20, { events });
    // That run ended without having done it.
    assert.deepEqual(
      looks.map(([, minute]) => minute),
      [0, 5, 15],
    );
    assert.equal(dispatched.length, 1);
    assert.match(dispatched[0] ?? '', /^listing: create/);
  });

  test('does not hold back other work', async () => {
    const world = asked();
    const events = {
      5: (push: () => void) => {
        // It began before the push.
        world.forge.active.push({ begun: true, main: main(world), createdMs: world.time.now() });
        askFor(world, 5);
        push();
      },
    };
    const { dispatched } = await watchRuns(world, 14, { events });
    assert.deepEqual(
      dispatched.map((one) => one.split(':')[0]),
      ['listing', 'push'],
    );
  });
});

test('a due time is looked at when it has come', async () => {
  const world = converged();
  const hold = { reason: 'a look', since: '2026-11-22T11:00:00Z', until: '2026-11-22T12:20:00Z' };
  edit(world, 1, { power: 'stopped', hold });
  const { looks, dispatched } = await watchRuns(world, 29);
  assert.deepEqual(looks, [
    ['listing', 0],
    ['listing', 15],
    ['due', 20.1],
  ]);
  assert.match(dispatched.join(), /^due: power agt-/);
});

describe('a look that fails', () => {
  for (const port of ['cloud', 'state'] as const)
    test(`because of ${port} is repeated ever less often, and pushes wait for it`, async () => {
      const world = converged();
      const failure = new Failure('Unauthorized', 'the token is refused');
      const method = port === 'cloud' ? ('servers' as const) : ('tips' as const);
      const fault = world.fault({ port, method, kind: 'fail', failure, times: 5 });
      const push = (tell: () => void) => tell();
      const events = Object.fromEntries([0.5, 1.5, 2, 9, 20].map((minute) => [minute, push]));
      const watched = await watchRuns(world, 60, { events });
      assert.equal(fault.fired, 5);
      assert.deepEqual(
        watched.looks.slice(0, 6).map(([, minute]) => minute),
        [0, 1, 3, 7, 15, 30],
      );
      assert.deepEqual(world.calls, []);
    });
});
