/** Each check of a simulated step is violated once: one that cannot be violated checks nothing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../reconciler/core/agent/agent.ts';
import { renderAgent } from '../../reconciler/core/agent/agent-file.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { planFleet } from '../../reconciler/flows/reconcile/plan-fleet.ts';
import { agentNo, at, idNo, labelsNo, subscriptionNo } from '../builders/world.ts';
import { askFor, bringUp, plantServer, recordOf, serverOf, writeRecord } from '../fakes/agents.ts';
import { subscription } from '../fakes/billing.ts';
import { createFakeWorld, type FakeWorld } from '../fakes/world.ts';
import { behaviourNames, callFaultNames, worldFaultNames } from './behaviours.ts';
import { differences } from './differences.ts';
import { planViolations, windowViolations } from './plan-checks.ts';
import { createReports } from './reported.ts';
import { simulate } from './simulate.ts';
import type { Stage } from './stage.ts';
import { createTimeOrder } from './time-order.ts';

const minuteMs = 60_000;

/** The violations after the same plan has been seen as often as a question may stay unreported. */
async function saidAtLast(world: FakeWorld, change: (plan: Plan) => Plan = (plan) => plan) {
  const reports = createReports(world);
  const { plan } = await planFleet(world.ports);
  const looks = [1, 2, 3, 4].map(() => {
    world.advance(10 * minuteMs);
    return reports.violations(change(plan), world.time.now()).join();
  });
  return looks.at(-1) ?? '';
}

describe('the checks of a step', () => {
  test('a change on a partial reading', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const { plan } = await planFleet(world.ports);
    assert.deepEqual(planViolations(plan), []);
    const partial = { source: 'servers', detail: 'page 2' } as const;
    const reading = { kind: 'partial' as const, reasons: [partial] };
    const wrong = planViolations({ ...plan, reading: reading as Plan['reading'] });
    assert.match(wrong.join(), /^create of agt-\w+ on a partial reading$/);
  });

  test('more servers ended than a day allows, except by rollbacks', () => {
    const ended = (change: 'retire' | 'rollback') => {
      const world = createFakeWorld({ policy: 'limits: {destroysPerHourCount: 1}\n' });
      for (const n of [1, 2]) {
        const server = bringUp(world, n);
        const record = recordOf(world, n);
        assert.ok(record !== null);
        const nonce = record.server?.nonce ?? '';
        const lease = {
          run: 'r',
          runAttempt: 1,
          change,
          nonce,
          since: at(0),
          until: at(90),
          step: 'server',
        } as const;
        writeRecord(world, { ...record, lease });
        server.protection = { delete: false, rebuild: false };
        world.project.remove(server.id, 'stack');
      }
      return windowViolations(world).join();
    };
    assert.match(ended('retire'), /2 servers ended by retire within an hour/);
    assert.equal(ended('rollback'), '');
  });

  test('a server with our label that is not reported', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    assert.equal(await saidAtLast(world), '');
    plantServer(world, 'stray', labelsNo(2));
    assert.equal(await saidAtLast(world), '');
    const silent = (plan: Plan) => ({ ...plan, orphans: [] });
    assert.match(await saidAtLast(world, silent), /^server \d+ \(stray\) has no owner/);
  });

  test('a paying agent without a server that is not reported', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    assert.equal(await saidAtLast(world), '');
    writeRecord(world, { ...(await recordWithoutFile()), phase: 'running', everRunning: true });
    const silent = (plan: Plan) => ({ ...plan, changes: [], idle: [] });
    assert.match(await saidAtLast(world, silent), /is paid for and without a server/);
  });

  test('a server that existed between two full runs ends the time without one', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    const running = server.statuses;
    const { plan } = await planFleet(world.ports);
    const reports = createReports(world);
    const said = (statuses: typeof running) => {
      server.statuses = statuses;
      reports.look();
      world.advance(10 * minuteMs);
      return reports.violations(plan, world.time.now()).join();
    };
    const off = [{ atMs: 0, status: 'off' as const }];
    assert.deepEqual([said(off), said(off)], ['', '']);
    server.statuses = running;
    reports.look();
    assert.deepEqual([said(off), said(off)], ['', '']);
    assert.match(said(off), /is paid for and without a server/);
  });

  test('a refusal that is not reported', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    askFor(world, 2);
    const refuse = (plan: Plan): Plan => ({
      ...plan,
      changes: [],
      refused: plan.changes.map((change) => ({ change, limit: 'burst', message: 'no' })),
    });
    assert.match(
      await saidAtLast(world, refuse),
      /that create of agt-\w+ is refused stands nowhere/,
    );
  });

  test('a file that goes back in time', () => {
    const world = createFakeWorld();
    const id = subscriptionNo(1);
    const paid = subscription(id, 'cus_Test1');
    const late = { ...paid, status: 'paused' as const };
    const order = createTimeOrder(world, () => [paid, late]);
    const write = (state: 'granted' | 'suspended') => {
      const issues = state === 'granted' ? {} : { issues: ['SubscriptionPaused' as const] };
      const agent = agentNo(1, { access: { state, since: at(-600), ...issues } });
      const trailers = [['Aura-Cause', 'access']] as const;
      const edits = { [agentPath(idNo(1))]: renderAgent(agent) };
      world.git.add('main', { subject: state, trailers, edits });
      return order().join();
    };
    assert.deepEqual([write('granted'), write('suspended')], ['', '']);
    assert.match(write('granted'), /commit "granted" goes back in time/);
  });
});

describe('the checks of a converged world', () => {
  /** The differences in a world with one agent, with a promised fresh VM. */
  async function differs(hurt: (world: FakeWorld) => unknown, promised: Stage['promised']) {
    const world = createFakeWorld();
    bringUp(world, 1);
    hurt(world);
    const { plan } = await planFleet(world.ports);
    return differences({ world, promised }, plan).join();
  }

  test('a server without a firewall of the fleet', async () => {
    assert.equal(await differs(() => {}, new Map()), '');
    const opened = (world: FakeWorld) => {
      const server = serverOf(world, 1);
      assert.ok(server !== null);
      world.project.unheld.add(server.id);
    };
    const behind = /^agt-\w+ runs and is not behind the fleet's firewall$/;
    assert.match(await differs(opened, new Map()), behind);
  });

  test('a fresh VM that was promised and not created', async () => {
    const promisedAt = (atMs: number) => new Map([[idNo(1), { revision: 1, atMs }]]);
    assert.equal(await differs(() => {}, promisedAt(0)), '');
    const late = promisedAt(Date.parse(at(600)));
    assert.match(await differs(() => {}, late), /was promised a fresh VM and has server \d+$/);
  });
});

/** A record in phase running, of an agent without resources. */
async function recordWithoutFile() {
  const other = createFakeWorld();
  bringUp(other, 1);
  const record = recordOf(other, 1);
  assert.ok(record !== null);
  return record;
}

describe('a simulation', () => {
  test('is the same whenever its seed is played', async () => {
    const [first, second] = [await simulate(3), await simulate(3)];
    assert.deepEqual(first, second);
    assert.ok(first.narrative.length > 50 && first.steps > 20);
  });

  test('uses all of its faults, sooner or later', async () => {
    const everything = new Set(behaviourNames);
    const never = new Set<string>([...callFaultNames, ...worldFaultNames]);
    for (let seed = 1; seed <= 40 && never.size > 0; seed += 1) {
      const { narrative } = await simulate(seed, everything);
      for (const line of narrative) {
        const [, name = '', what = '-'] = /^ {2}(\w+): (.*)$/.exec(line) ?? [];
        if (what !== '-') never.delete(name);
      }
    }
    assert.deepEqual([...never], []);
  });
});
