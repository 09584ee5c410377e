/** Whether the commit that asks for an end of a server is about that one agent. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { renderAgent } from '../../../../reconciler/core/agent/agent-file.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { agentNo, at, idNo } from '../../../builders/world.ts';
import { bringUp, edit, sawEnding } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';

const retired = { at: at(-600), by: 'person', reason: 'a clean-up' } as const;

function fleet(): FakeWorld {
  const world = createFakeWorld();
  for (const n of [1, 2, 3]) bringUp(world, n);
  return world;
}

/** One commit that writes these agents, beside a file that is no agent's. */
function together(world: FakeWorld, spec: Parameters<typeof agentNo>[1], ...numbers: number[]) {
  const edits = numbers.map((n) => [agentPath(idNo(n)), renderAgent(agentNo(n, spec))]);
  world.git.commit('Together', { ...Object.fromEntries(edits), 'README.md': `${numbers}` });
  for (const n of numbers) sawEnding(world, n);
}

async function planned(world: FakeWorld) {
  const { changes, refused } = (await planFleet(world.ports)).plan;
  return {
    runs: changes.map(({ agent, kind }) => [agent, kind]),
    refused: refused.map(({ change, limit }) => [change.agent, limit]).sort(),
  };
}

describe('a commit that retires', () => {
  test('one agent is proof enough', async () => {
    const world = fleet();
    together(world, { retired }, 1);
    assert.deepEqual(await planned(world), { runs: [[idNo(1), 'retire']], refused: [] });
  });

  test('two at once needs an approval, however few they are', async () => {
    const world = fleet();
    together(world, { retired }, 1, 2);
    assert.deepEqual(await planned(world), {
      runs: [],
      refused: [1, 2].map((n) => [idNo(n), 'unprovenAlone']).sort(),
    });
  });

  test('two at once, and a later commit about something else: the first one asked', async () => {
    const world = fleet();
    together(world, { retired }, 1, 2);
    edit(world, 1, { config: { model: 'another' } });
    assert.equal((await planned(world)).refused.length, 2);
  });

  test('one agent, and a later commit about several: the first one asked', async () => {
    const world = fleet();
    together(world, { retired }, 1);
    together(world, { retired, config: { model: 'x' } }, 1);
    const text = (n: number, spec = {}) => renderAgent(agentNo(n, { ...spec, power: 'stopped' }));
    world.git.commit('Together', {
      [agentPath(idNo(1))]: text(1, { retired }),
      [agentPath(idNo(2))]: text(2),
    });
    assert.deepEqual((await planned(world)).refused, []);
  });

  test('two of which one was reverted, and retired again alone', async () => {
    const world = fleet();
    together(world, { retired }, 1, 2);
    edit(world, 1, { retired: undefined });
    edit(world, 1, { retired: { ...retired, at: at(-500) } });
    const { runs, refused } = await planned(world);
    assert.deepEqual(runs, [[idNo(1), 'retire']]);
    assert.deepEqual(refused, [[idNo(2), 'unprovenAlone']]);
  });
});

test('nothing: an end by Stripe is checked with Stripe, and needs no commit', async () => {
  const world = fleet();
  const access = { state: 'ended', since: at(-600) } as const;
  together(world, { access, retired: { ...retired, by: 'stripe' } }, 1, 2);
  assert.deepEqual((await planned(world)).refused, []);
});

test('a commit that reprovisions two agents needs an approval, one about one does not', async () => {
  const world = fleet();
  edit(world, 1, { revision: 2 });
  assert.deepEqual((await planned(world)).refused, []);
  together(world, { revision: 3 }, 2, 3);
  assert.deepEqual(
    (await planned(world)).refused,
    [2, 3].map((n) => [idNo(n), 'unprovenAlone']).sort(),
  );
});

test('a history that does not show the commit proves nothing', async () => {
  const world = fleet();
  together(world, { retired }, 1);
  const state = { ...world.ports.state, log: async () => [] };
  const { plan } = await planFleet({ ...world.ports, state });
  assert.deepEqual(
    plan.refused.map(({ limit }) => limit),
    ['unprovenAlone'],
  );
});

test('git is read only for the agents that would run', async () => {
  const world = createFakeWorld({
    policy: 'limits: {destroysPerHourCount: 2, missingCountMax: 100}\n',
  });
  for (let n = 1; n <= 6; n += 1) {
    bringUp(world, n);
    edit(world, n, { retired });
  }
  const asked: (string | null)[] = [];
  const { log } = world.ports.state;
  const state: typeof world.ports.state = {
    ...world.ports.state,
    log: (branch, max, path = null) => {
      asked.push(path);
      return log(branch, max, path);
    },
  };
  const { plan } = await planFleet({ ...world.ports, state });
  assert.deepEqual([plan.changes.length, plan.deferred.length, asked.length], [2, 4, 2]);
  // A commit about all six is found, also behind those whose turn has not come.
  const mass = fleet();
  for (const n of [4, 5, 6]) bringUp(mass, n);
  together(mass, { retired }, 1, 2, 3, 4, 5, 6);
  const text =
    (mass.git.text('policy.yaml') ?? '') +
    'limits: {destroysPerHourCount: 2, missingCountMax: 100}\n';
  mass.git.commit('Fewer at once', { 'policy.yaml': text });
  assert.deepEqual((await planned(mass)).refused.length, 6);
});
