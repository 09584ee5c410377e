import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { Failure, isFailure } from '../../../reconciler/core/failure.ts';
import { isEmptyPlan, needsAttention, type Plan } from '../../../reconciler/core/plan/plan.ts';
import { applyPlan } from '../../../reconciler/flows/reconcile/apply/apply.ts';
import { planFleet } from '../../../reconciler/flows/reconcile/plan-fleet.ts';
import { at, firstAttempt, idNo } from '../../builders/world.ts';
import { askFor, bringUp, edit, plantServer } from '../../fakes/agents.ts';
import type { PortName } from '../../fakes/process.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

/** A run that only reads changes nothing, whatever it finds. */
async function planned(world: FakeWorld): Promise<Plan> {
  const before = {
    calls: world.calls.length,
    tips: [...world.git.branches],
    now: world.time.now(),
  };
  const { plan } = await planFleet(world.ports);
  const after = { calls: world.calls.length, tips: [...world.git.branches], now: world.time.now() };
  assert.deepEqual(after, before);
  return plan;
}

function kinds(plan: Plan): readonly (readonly [string, string])[] {
  return plan.changes.map((change) => [change.agent, change.kind] as const);
}

function idleReasons(plan: Plan): readonly (readonly [string, string])[] {
  return plan.idle.map(({ agent, reason }) => [agent, reason] as const);
}

function sorted<Item>(items: readonly Item[]): readonly Item[] {
  return [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

describe('a run over a complete world', () => {
  test('a first installation has no branch status: the requested agents are planned, and the fleet', async () => {
    const world = createFakeWorld({ firewalls: false });
    askFor(world, 1);
    const plan = await planned(world);
    assert.equal(plan.basis.status, null);
    assert.deepEqual(plan.reading, { kind: 'complete' });
    assert.equal(plan.fleet, 'create');
    assert.deepEqual(kinds(plan), [[idNo(1), 'create']]);
  });

  test('a converged world plans nothing', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    bringUp(world, 2, { power: 'stopped' });
    bringUp(world, 3, { plan: 'pro', region: 'us-east' });
    const plan = await planned(world);
    assert.ok(isEmptyPlan(plan));
    assert.deepEqual(plan.idle, []);
    assert.equal(plan.nextDueAt, null);
    assert.deepEqual(plan.counts, { files: 3, records: 3, servers: 3, devices: 3 });
  });

  test('the same world read twice gives the same fingerprint, whatever the order of listings', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2, 3]) bringUp(world, n, { power: n === 2 ? 'stopped' : 'running' });
    edit(world, 1, { power: 'stopped' });
    edit(world, 2, { power: 'running' });
    const first = await planned(world);
    const reversed = (real: unknown) => {
      const listing = real as { readonly items: readonly unknown[] };
      return { ...listing, items: [...listing.items].reverse() };
    };
    world.fault({ port: 'cloud', method: 'servers', kind: 'lie', answer: reversed });
    world.fault({ port: 'tailnet', method: 'devices', kind: 'lie', answer: reversed });
    const second = await planned(world);
    assert.equal(first.changes.length, 2);
    assert.equal(second.fingerprint, first.fingerprint);
  });

  test('a create that another run finishes meanwhile is neither lost nor repeated', async () => {
    const world = createFakeWorld();
    world.fault({
      port: 'journal',
      method: 'read',
      kind: 'meanwhile',
      async run() {
        await new Promise(setImmediate);
        bringUp(world, 1);
      },
    });
    askFor(world, 1);
    const { plan } = await planFleet(world.ports);
    const applied = await applyPlan(world.ports, plan, {
      run: firstAttempt('run-a'),
      parts: 'all',
    });
    assert.deepEqual(
      applied.map(({ outcome }) => outcome.kind),
      ['skipped'],
    );
    assert.equal(world.project.servers.size, 1);
  });

  test('firewalls that were changed make the fleet stack due', async () => {
    const world = createFakeWorld();
    for (const [id, firewall] of world.project.firewalls)
      world.project.firewalls.set(id, { ...firewall, rules: 'in tcp 1-65535 0.0.0.0/0' });
    assert.equal((await planned(world)).fleet, 'update');
  });
});

describe('an incomplete reading', () => {
  const listings: readonly (readonly [PortName, string, string])[] = [
    ['cloud', 'servers', 'servers'],
    ['cloud', 'primaryIps', 'addresses'],
    ['cloud', 'offers', 'prices'],
    ['cloud', 'firewalls', 'fleet'],
    ['tailnet', 'devices', 'devices'],
    ['states', 'list', 'states'],
  ];
  /** One to create, one to switch off, one to retire, one without a change. */
  function busyWorld(): FakeWorld {
    const world = createFakeWorld();
    askFor(world, 1);
    bringUp(world, 2);
    edit(world, 2, { power: 'stopped' });
    bringUp(world, 3, {}, { phase: 'retiring' });
    edit(world, 3, { retired: { at: at(-600), by: 'person', reason: 'test' } });
    bringUp(world, 4);
    return world;
  }

  test('the same world read completely plans all three', async () => {
    const plan = await planned(busyWorld());
    assert.deepEqual(
      sorted(kinds(plan)),
      sorted([
        [idNo(1), 'create'],
        [idNo(2), 'power'],
        [idNo(3), 'retire'],
      ]),
    );
  });

  for (const [port, method, source] of listings) {
    test(`${port}.${method} is down: nothing is created or ended, power-off continues`, async () => {
      const world = busyWorld();
      const failure = new Failure('ProviderOutage', 'a bad gateway');
      const fault = world.fault({ port, method, kind: 'fail', failure });
      const plan = await planned(world);
      assert.equal(fault.fired, 1);
      assert.deepEqual(plan.reading, {
        kind: 'partial',
        reasons: [{ source, detail: 'ProviderOutage: a bad gateway' }],
      });
      assert.deepEqual(kinds(plan), [[idNo(2), 'power']]);
      assert.equal(plan.fleet, 'none');
      assert.deepEqual(plan.orphans, []);
      assert.deepEqual(
        sorted(idleReasons(plan)),
        sorted([
          [idNo(1), 'PartialReading'],
          [idNo(3), 'PartialReading'],
          // The fourth has no entry: its server may merely not have been listed.
        ]),
      );
    });

    test(`${port}.${method} refuses us: the run stops`, async () => {
      const world = busyWorld();
      const failure = new Failure('Unauthorized', 'the token is invalid');
      world.fault({ port, method, kind: 'fail', failure });
      await assert.rejects(planFleet(world.ports), failure);
    });
  }

  test('a listing that breaks off reports it and counts as partial', async () => {
    const world = busyWorld();
    const cut = 'page 2 could not be read';
    world.fault({
      port: 'cloud',
      method: 'servers',
      kind: 'lie',
      answer: () => ({ items: [], partial: [cut] }),
    });
    const plan = await planned(world);
    assert.deepEqual(plan.reading, {
      kind: 'partial',
      reasons: [{ source: 'servers', detail: cut }],
    });
    // The server of the agent to be switched off was not listed; its record has it on.
    assert.deepEqual(kinds(plan), [[idNo(2), 'power']]);
  });

  test('a listing that lost the fleet and reports itself complete is not trusted', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2, 3, 4]) bringUp(world, n);
    world.fault({
      port: 'cloud',
      method: 'servers',
      kind: 'lie',
      answer: () => ({ items: [], partial: [] }),
    });
    const plan = await planned(world);
    assert.equal(plan.reading.kind, 'partial');
    assert.deepEqual(plan.changes, []);
  });

  test('a missing branch status over servers of ours is no first installation', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.git.branches.delete('status');
    const plan = await planned(world);
    assert.equal(plan.basis.status, null);
    assert.deepEqual(
      plan.reading.kind === 'partial' ? plan.reading.reasons.map(({ source }) => source) : [],
      ['status'],
    );
    assert.deepEqual(plan.changes, []);
  });

  test('a branch status that is rewound during the run stops it', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    bringUp(world, 2);
    await planned(world);
    world.git.rewind('status', 1);
    await assert.rejects(planFleet(world.ports), (thrown) => isFailure(thrown, 'BranchRewritten'));
  });

  test('a record that cannot be read makes the reading partial and names its path', async () => {
    const world = busyWorld();
    const path = agentPath(idNo(4));
    world.git.add('status', { subject: 'by hand', edits: { [path]: 'phase: running\n' } });
    const { reading, changes } = await planned(world);
    assert.ok(reading.kind === 'partial');
    assert.match(reading.reasons[0]?.detail ?? '', new RegExp(`^${path}: `));
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      ['power'],
    );
  });
});

describe('the content of main', () => {
  test('an unreadable catalog and an unreadable policy stop the run, with every reason at once', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.git.commit('Two mistakes', {
      'catalog.yaml': 'apiVersion: aura.dev/v1\nkind: Catalog\nplans: {}\nimage: 5\n',
      'policy.yaml': 'apiVersion: aura.dev/v1\nkind: Policy\nfleet: Not A Name\n',
    });
    await assert.rejects(planFleet(world.ports), (thrown) => {
      assert.ok(isFailure(thrown, 'InvalidInput'));
      for (const part of ['catalog.yaml:', 'regions', 'defaultRegion', 'image'])
        assert.ok(thrown.message.includes(part), `${part} in ${thrown.message}`);
      for (const part of ['policy.yaml:3:', 'fleet', 'stripe'])
        assert.ok(thrown.message.includes(part), `${part} in ${thrown.message}`);
      return true;
    });
  });

  for (const path of ['catalog.yaml', 'policy.yaml']) {
    test(`without ${path} the run stops and names the missing file`, async () => {
      const world = createFakeWorld();
      world.git.commit('It goes', { [path]: null });
      await assert.rejects(planFleet(world.ports), (thrown) => {
        assert.ok(isFailure(thrown, 'InvalidInput'));
        assert.match(thrown.message, new RegExp(path));
        return true;
      });
    });
  }

  test('a repository without main stops the run', async () => {
    const world = createFakeWorld();
    world.git.branches.delete('main');
    await assert.rejects(planFleet(world.ports), (thrown) => isFailure(thrown, 'NotFound'));
  });

  test('an invalid agent file freezes that agent alone, with the place of the error', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    askFor(world, 2);
    const path = agentPath(idNo(1));
    const text = world.git.text(path) ?? '';
    world.git.commit('A typo', { [path]: text.replace('power: running', 'power: runing') });
    const plan = await planned(world);
    assert.deepEqual(kinds(plan), [[idNo(2), 'create']]);
    assert.deepEqual(plan.reading, { kind: 'complete' });
    const [frozen, ...more] = plan.idle;
    assert.deepEqual([frozen?.agent, frozen?.reason, more], [idNo(1), 'Invalid', []]);
    assert.match(frozen?.message ?? '', new RegExp(`^${path}:\\d+:\\d+: spec\\.power `));
  });

  test('a file at the path of another agent is invalid and does not count for that agent', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const text = world.git.text(agentPath(idNo(1))) ?? '';
    world.git.commit('Moved', { [agentPath(idNo(1))]: null, [agentPath(idNo(2))]: text });
    const plan = await planned(world);
    assert.deepEqual(plan.changes, []);
    assert.deepEqual(idleReasons(plan), [[idNo(2), 'Invalid']]);
  });

  test('files that are not YAML are not agents', async () => {
    const world = createFakeWorld();
    world.git.commit('Notes', { 'agents/.gitkeep': '', 'agents/README.md': '# Agents\n' });
    const plan = await planned(world);
    assert.equal(plan.counts.files, 0);
    assert.ok(isEmptyPlan(plan));
  });

  test('an orphan decision that is invalid does not count, and is named with its place', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const server = plantServer(world, 'stray', { 'aura.dev/fleet': 'aura' });
    const path = `orphans/server-${server.id}.yaml`;
    world.git.commit('Decide', { [path]: 'decision: destroy\n' });
    const plan = await planned(world);
    assert.deepEqual(
      plan.orphans.map(({ id, decision }) => [id, decision]),
      [[server.id, 'undecided']],
    );
    assert.deepEqual(plan.unreadable, [
      { path, message: `${path}:1:1: apiVersion is missing (and 2 more)` },
    ]);
    assert.ok(plan.orphans[0]?.why.endsWith(`; ${plan.unreadable[0]?.message}`));
    assert.ok(needsAttention(plan));
    assert.deepEqual(plan.changes, []);
    assert.deepEqual(
      world.logs
        .filter(({ level }) => level === 'warn')
        .map(({ fields }) => 'path' in fields && fields.path),
      [path],
    );
  });
});

describe('a stop', () => {
  test('the stop ref: nothing is planned, its subject is the reason for each agent', async () => {
    const world = createFakeWorld({ firewalls: false });
    askFor(world, 1);
    world.git.halt('Hetzner is on fire');
    const plan = await planned(world);
    assert.equal(plan.stop, 'Hetzner is on fire');
    assert.equal(plan.fleet, 'none');
    assert.deepEqual(plan.changes, []);
    assert.deepEqual(idleReasons(plan), [[idNo(1), 'Stopped']]);
    world.git.resume();
    assert.deepEqual(kinds(await planned(world)), [[idNo(1), 'create']]);
  });

  for (const reason of ['NetworkUnreachable', 'Unauthorized', 'UnexpectedAnswer'] as const) {
    test(`a stop ref that cannot be read counts as stop (${reason})`, async () => {
      const world = createFakeWorld();
      askFor(world, 1);
      const failure = new Failure(reason, 'git does not answer');
      world.fault({ port: 'state', method: 'stop', kind: 'fail', failure });
      const plan = await planned(world);
      assert.equal(plan.stop, 'the stop ref could not be read');
      assert.deepEqual(plan.changes, []);
    });
  }

  test("the policy's pause: the same, with its reason", async () => {
    const world = createFakeWorld({
      policy: 'pause: {reason: moving house, since: "2026-11-22T05:00:00Z"}\n',
    });
    askFor(world, 1);
    const plan = await planned(world);
    assert.equal(plan.stop, 'moving house');
    assert.deepEqual(idleReasons(plan), [[idNo(1), 'Paused']]);
  });
});
