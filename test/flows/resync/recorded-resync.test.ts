/** The last resync that read everything is recorded, at most once an hour, and decides on the next. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { newFleetRecord, parseFleetFile } from '../../../reconciler/core/fleet/fleet-record.ts';
import { recordFleet } from '../../../reconciler/flows/reconcile/apply/record-fleet.ts';
import { dueResync, recordedResync } from '../../../reconciler/flows/resync/recorded-resync.ts';
import { createResyncWatch } from '../../../reconciler/flows/resync/resync-watch.ts';
import { bringUp } from '../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
let world: FakeWorld;

beforeEach(() => {
  world = createFakeWorld();
  bringUp(world, 1);
});

const commits = (branch: string) => world.git.history(branch).length;
function recorded() {
  const file = parseFleetFile(world.git.text('fleet.yaml', 'status'));
  return file.kind === 'valid' ? (file.record.resync ?? null) : null;
}
const due = (everyMs = 2 * hourMs) => dueResync(world.ports, everyMs);
function changePolicy(): void {
  const text = world.git.text('policy.yaml') ?? '';
  world.git.commit('Policy', { 'policy.yaml': `${text}\n# read again\n` });
}

describe('a resync', () => {
  it('is due until one has read everything, and again after its time', async () => {
    assert.match((await due()) ?? '', /no resync/);
    await recordedResync(world.ports);
    assert.equal(await due(), null);
    world.advance(2 * hourMs - minuteMs);
    assert.equal(await due(), null);
    world.advance(2 * minuteMs);
    assert.match((await due()) ?? '', /began at 2026-/);
  });

  it('is due at once after a change of policy or catalog', async () => {
    await recordedResync(world.ports);
    changePolicy();
    assert.match((await due()) ?? '', /^policy\.yaml changed/);
    await recordedResync(world.ports);
    assert.equal(await due(), null);
    const catalog = world.git.text('catalog.yaml') ?? '';
    world.git.commit('Catalog', { 'catalog.yaml': `${catalog}\n# read again\n` });
    assert.match((await due()) ?? '', /^catalog\.yaml changed/);
  });

  it('that follows within the hour writes nothing', async () => {
    await recordedResync(world.ports);
    const before = [commits('status'), commits('main')];
    const first = recorded();
    world.advance(59 * minuteMs);
    await recordedResync(world.ports);
    assert.deepEqual([[commits('status'), commits('main')], recorded()], [before, first]);
    world.advance(2 * minuteMs);
    await recordedResync(world.ports);
    assert.equal(commits('status'), (before[0] ?? 0) + 1);
  });

  it('keeps what else is in the record, and is kept by the others that write it', async () => {
    const ids = { base: '1', bootstrap: '2' };
    const fleetIds = () => {
      const file = parseFleetFile(world.git.text('fleet.yaml', 'status'));
      return file.kind === 'valid' ? file.record.firewalls : undefined;
    };
    await recordFleet(world.ports, newFleetRecord({ firewalls: ids }));
    await recordedResync(world.ports);
    assert.deepEqual(fleetIds(), ids);
    const first = recorded();
    await recordFleet(world.ports, newFleetRecord({ firewalls: { ...ids, base: '3' } }));
    assert.deepEqual([fleetIds()?.base, recorded()], ['3', first]);
  });

  it('is not recorded if it was a part, a dry run or ended early', async () => {
    const nothing = async () => assert.equal(recorded(), null);
    await recordedResync(world.ports, { dryRun: true });
    await nothing();
    await recordedResync(world.ports, { max: 0 });
    await nothing();
    const port = { port: 'billing', method: 'allSubscriptions' } as const;
    const fault = world.fault({ ...port, kind: 'fail', times: 1 });
    assert.notEqual((await recordedResync(world.ports)).stopped, null);
    assert.equal(fault.fired, 1);
    await nothing();
  });

  it('does not create branch status', async () => {
    world.git.branches.delete('status');
    await recordedResync(world.ports);
    assert.equal(world.git.branches.has('status'), false);
  });
});

describe('a service', () => {
  /** Reads of the whole list in so many minutes. */
  async function watched(minutes: number, events: Readonly<Record<number, () => void>> = {}) {
    const startMs = world.time.now();
    const reads: number[] = [];
    const allSubscriptions: typeof world.ports.billing.allSubscriptions = (...after) => {
      reads.push(Math.round((world.time.now() - startMs) / minuteMs));
      return world.ports.billing.allSubscriptions(...after);
    };
    const clock = {
      now: () => world.time.now(),
      async wait(ms: number) {
        if (world.time.now() + ms - startMs > minutes * minuteMs) return watch.end();
        const before = Math.floor((world.time.now() - startMs) / minuteMs);
        world.advance(ms);
        for (let minute = before; minute < before + ms / minuteMs; minute += 1) events[minute]?.();
      },
    };
    const billing = { ...world.ports.billing, allSubscriptions };
    const watch = createResyncWatch({ ...world.ports, billing, clock });
    await watch.run();
    return reads;
  }

  it('resyncs once an hour', async () => {
    assert.deepEqual(await watched(180), [5, 65, 125]);
  });

  it('counts the resyncs of others', async () => {
    await recordedResync(world.ports);
    assert.deepEqual(await watched(59), []);
  });

  it('resyncs soon after a change of the policy', async () => {
    assert.deepEqual(await watched(60, { 31: changePolicy }), [5, 35]);
  });

  it('tries again after a quarter of an hour', async () => {
    world.fault({ port: 'billing', method: 'allSubscriptions', kind: 'fail', times: 2 });
    assert.deepEqual(await watched(60), [5, 20, 35]);
  });
});
