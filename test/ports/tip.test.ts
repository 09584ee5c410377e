/** Fetch, decide, push: a lost race is decided again, a bounded number of times. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../reconciler/core/failure.ts';
import { statusReadme } from '../../reconciler/core/fleet/fleet-record.ts';
import type { CommitDraft, Snapshot } from '../../reconciler/ports/desired-state.ts';
import { pushOnStatus, pushOnTip, tipOf } from '../../reconciler/ports/tip.ts';
import { createFakeWorld, type FakeWorld } from '../fakes/world.ts';

const draft = (text: string): CommitDraft => ({
  subject: text,
  body: '',
  trailers: [],
  edits: [{ path: 'notes.md', text }],
});

/** Counts up the number on the branch. */
async function counted(tip: Snapshot | null) {
  const count = Number((await tip?.read('notes.md'))?.text ?? '0') + 1;
  return { count, drafts: [draft(`${count}`)] };
}

function rival(world: FakeWorld, branch: string, times: number): { pushes: number } {
  const seen = { pushes: 0 };
  const run = () => {
    seen.pushes += 1;
    world.git.add(branch, { subject: 'rival', edits: { 'notes.md': `${seen.pushes * 10}` } });
  };
  world.fault({ kind: 'meanwhile', port: 'state', method: 'push', times, run });
  return seen;
}

describe('a push on a tip', () => {
  test('is decided again on another writer’s commit', async () => {
    const world = createFakeWorld();
    rival(world, 'main', 2);
    const { count, commits } = await pushOnTip(world.ports, 'main', counted);
    assert.equal(count, 21);
    assert.deepEqual(commits, [world.git.tip('main')?.id]);
    assert.equal(world.git.text('notes.md'), '21');
  });

  test('ends with a failure on a branch that always changes', async () => {
    const world = createFakeWorld();
    const { pushes } = await giveUp(world, 'main', () => pushOnTip(world.ports, 'main', counted));
    assert.equal(pushes, 16);
  });

  test('without drafts is none', async () => {
    const world = createFakeWorld();
    const before = world.git.tip('main')?.id;
    const decided = await pushOnTip(world.ports, 'main', async () => ({ why: 'done', drafts: [] }));
    assert.deepEqual(decided, { why: 'done', drafts: [], commits: [] });
    assert.equal(world.git.tip('main')?.id, before);
  });

  test('fails once where the server does', async () => {
    const world = createFakeWorld();
    const fault = world.fault({ kind: 'fail', port: 'state', method: 'push', times: 9 });
    await assert.rejects(pushOnTip(world.ports, 'main', counted), { errorClass: 'transient' });
    assert.equal(fault.fired, 1);
  });

  test('needs a branch that exists', async () => {
    const { ports } = createFakeWorld();
    await assert.rejects(pushOnTip(ports, 'other', counted), { reason: 'NotFound' });
    await assert.rejects(tipOf(ports, 'other'), /no branch other/);
  });
});

describe('a push on branch status', () => {
  test('creates the branch, with its README in the first commit', async () => {
    const world = createFakeWorld();
    world.git.branches.delete('status');
    const { commits } = await pushOnStatus(world.restart(), counted);
    assert.equal(commits.length, 1);
    assert.equal(world.git.text('README.md', 'status'), statusReadme);
    assert.equal(world.git.text('notes.md', 'status'), '1');
  });

  test('is retried through an outage, until its deadline', async () => {
    const world = createFakeWorld();
    const outage = { kind: 'fail', port: 'state', method: 'push' } as const;
    world.fault({ ...outage, times: 2 });
    assert.equal((await pushOnStatus(world.ports, counted, 6000)).count, 1);
    world.fault({ ...outage, times: 3 });
    await assert.rejects(pushOnStatus(world.ports, counted, 6000), { errorClass: 'transient' });
    assert.equal(world.git.text('notes.md', 'status'), '1');
  });

  test('is not retried where a person has to act', async () => {
    const world = createFakeWorld();
    const failure = new Failure('PushRefused', 'protected');
    const fault = world.fault({ kind: 'fail', port: 'state', method: 'push', failure, times: 9 });
    await assert.rejects(pushOnStatus(world.ports, counted), { reason: 'PushRefused' });
    assert.equal(fault.fired, 1);
  });
});

async function giveUp(world: FakeWorld, branch: string, work: () => Promise<unknown>) {
  const seen = rival(world, branch, 100);
  await assert.rejects(work(), { reason: 'PushRejected' });
  return seen;
}
