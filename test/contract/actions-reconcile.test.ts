/** `reconcile.yml` as it is, run by `act`: from a push to an applied plan. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ActionsFleet, policyWith, startActionsFleet } from './actions-fleet.ts';
import { failedLines, jobsOf } from './actions-world.ts';
import { tip } from './git-world.ts';

let fleet: ActionsFleet;
before(async () => {
  fleet = await startActionsFleet(policyWith('concurrency: 1, shardsMax: 3'), 41);
});
after(() => fleet.close());

const running = () =>
  fleet.cloud.world.hetzner.servers().filter(({ status }) => status === 'running');

describe('a push', () => {
  test('of one agent is planned, applied by one shard, and finalized', async () => {
    fleet.newRuns('reconcile.yml');
    const [id = ''] = await fleet.pay(1);
    await fleet.engine.idle();
    const [run, ...more] = fleet.newRuns('reconcile.yml');
    assert.ok(run !== undefined && more.length === 0);
    assert.equal(run.conclusion, 'success', failedLines(run));
    assert.deepEqual(jobsOf(run), [
      'plan: success',
      'fleet: skipped',
      'apply (1/1): success',
      'finalize: success',
    ]);
    assert.deepEqual(await fleet.phases(), { [id]: 'running' });
    assert.deepEqual(
      running().map(({ name }) => name),
      [id],
    );
  });

  test('of several agents is applied by as many shards as the policy allows', async () => {
    await fleet.pay(6);
    await fleet.engine.idle();
    const [run] = fleet.newRuns('reconcile.yml');
    assert.equal(run?.conclusion, 'success', run && failedLines(run));
    const shards = jobsOf(run).filter((job) => job.startsWith('apply'));
    assert.deepEqual(
      shards,
      [1, 2, 3].map((n) => `apply (${n}/3): success`),
    );
    assert.equal(running().length, 7);
  });

  test('of many is applied by eight shards, each with its own agents', async () => {
    const policy = (await (await tip(fleet.person())).read('policy.yaml'))?.text ?? '';
    await fleet.commit({ 'policy.yaml': policy.replace('shardsMax: 3', 'shardsMax: 8') });
    await fleet.engine.idle();
    fleet.newRuns('reconcile.yml');
    const paid = await fleet.pay(12);
    await fleet.engine.idle();
    const [run] = fleet.newRuns('reconcile.yml');
    assert.equal(run?.conclusion, 'success', run && failedLines(run));
    const shards = jobsOf(run).filter((job) => job.startsWith('apply'));
    assert.ok(shards.length > 3 && shards.length <= 8, shards.join());
    for (const shard of shards) assert.match(shard, /^apply \([1-8]\/8\): success$/);
    const names = new Set(running().map(({ name }) => name));
    assert.deepEqual(
      paid.filter((id) => !names.has(id)),
      [],
    );
  });
});
