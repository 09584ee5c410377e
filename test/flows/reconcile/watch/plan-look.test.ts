/** A service that plans dispatches a run only when it has something to do, and once. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { newRecord } from '../../../../reconciler/core/fleet/recorded.ts';
import { at, attempt, idNo, labelsNo, subscriptionNo } from '../../../builders/world.ts';
import {
  askFor,
  bringUp,
  edit,
  fileText,
  plantServer,
  removeFiles,
  writeRecord,
} from '../../../fakes/agents.ts';
import { oidOf } from '../../../fakes/git.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { watchRuns } from './watching.ts';

function converged(): FakeWorld {
  const world = createFakeWorld();
  for (const n of [1, 2, 3]) bringUp(world, n);
  world.calls.length = 0;
  return world;
}

const inProgress = { begun: true, reads: 'fleet' } as const;
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

  test('that removes a file is looked at by a listing, which alone finds that', async () => {
    const world = converged();
    const events = {
      5: (push: () => void) => {
        removeFiles(world, 3);
        push();
      },
    };
    const { dispatched } = await watchRuns(world, 10, { events });
    assert.match(dispatched.join(), /^push: restore the removed file of agt-\w{12}$/);
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

  test('of a lifted stop dispatches what the stop held back, whatever still runs', async () => {
    const world = converged();
    edit(world, 1, { power: 'stopped' });
    removeFiles(world, 3);
    world.git.halt('trouble');
    const events = {
      // It planned under the stop.
      2: () => {
        world.forge.active.push({ ...inProgress, main: main(world), createdMs: world.time.now() });
      },
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
          world.forge.active.push({
            begun,
            reads: 'fleet',
            main: main(world),
            createdMs: world.time.now(),
          });
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
        world.forge.active.push({
          begun: true,
          reads: 'changed',
          main: main(world),
          createdMs: world.time.now(),
        });
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

  test('is where that run does not read it', async () => {
    const world = converged();
    const events = {
      5: (push: () => void) => {
        removeFiles(world, 3);
        const run = { begun: true, reads: 'changed' } as const;
        world.forge.active.push({ ...run, main: main(world), createdMs: world.time.now() });
        push();
      },
    };
    const { dispatched } = await watchRuns(world, 10, { events });
    assert.match(dispatched.join(), /^push: restore/);
  });

  test('does not hold back other work', async () => {
    const world = asked();
    const events = {
      5: (push: () => void) => {
        // It began before the push.
        world.forge.active.push({ ...inProgress, main: main(world), createdMs: world.time.now() });
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

test('a push does not hide what is due for others', async () => {
  const world = converged();
  askFor(world, 4);
  const observedOid = oidOf(fileText(world, 4) ?? '');
  const attempts = [attempt({ change: 'create', ended: at(5) })];
  writeRecord(world, {
    ...newRecord(idNo(4), subscriptionNo(4), 'cus_Test4'),
    attempts,
    observedOid,
  });
  const events = {
    5: (push: () => void) => {
      edit(world, 2, { power: 'stopped' });
      push();
    },
  };
  const { looks } = await watchRuns(world, 13, { events });
  assert.deepEqual(looks, [
    ['listing', 0],
    ['push', 5],
    ['due', 10.1],
  ]);
});

test('an orphan that waits for a decision is not dispatched again by pushes', async () => {
  const world = converged();
  plantServer(world, 'stray', labelsNo(9));
  const push = (n: number) => (tell: () => void) => {
    edit(world, 1, { config: { model: `m${n}` } });
    edit(world, 1, { config: {} });
    tell();
  };
  const events = Object.fromEntries([10, 25, 40, 55].map((n) => [n, push(n)]));
  const { looks, dispatched } = await watchRuns(world, 61, { events });
  assert.equal(looks.filter(([reason]) => reason === 'push').length, 4);
  assert.equal(dispatched.filter((because) => because.includes('orphan')).length, 4);
});

test('looks after pushes are rare once half of the requests are used up', async () => {
  const world = converged();
  let calls = 0;
  const budget = () => {
    calls += 10;
    return { callsPerHour: 3600, remaining: 1700, calls };
  };
  const events = Object.fromEntries(
    Array.from({ length: 60 }, (_, n) => [
      1 + n / 6,
      (push: () => void) => {
        world.git.commit('A note', { 'README.md': `Read me ${n}.\n` });
        push();
      },
    ]),
  );
  const { looks } = await watchRuns(world, 11, { events, budget });
  assert.ok(looks.length > 2 && looks.length < 10, `${looks.length} looks`);
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
