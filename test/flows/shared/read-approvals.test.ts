/** Each reason for which a decision on `main` does not count, one at a time, and its report. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderApprovalFile } from '../../../reconciler/core/agent/decision-file.ts';
import {
  readApproval,
  readApprovals,
  reviewOf,
} from '../../../reconciler/flows/shared/read-approvals.ts';
import { idNo } from '../../builders/world.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

const path = 'approvals/one.yaml';
const hour = 3_600_000;
const entry = { agent: idNo(1), server: '7', file: 'f'.repeat(40), change: 'retire' as const };
const text = renderApprovalFile({
  apiVersion: 'aura.dev/v1',
  kind: 'Approval',
  entries: [entry],
});

/** Merged, and approved by kim, after the former content of `main`. */
function worldWith(before: Readonly<Record<string, string>> = {}): FakeWorld {
  const world = createFakeWorld();
  if (Object.keys(before).length > 0) world.git.commit('Before', before);
  world.forge.mergeReviewed('Approve', { [path]: text });
  return world;
}

async function mainOf({ ports }: FakeWorld) {
  return (await ports.state.fetch('main')) ?? assert.fail();
}

/** Whether it counts as an approval, and whether its review counts at all; each with its reason. */
async function standing(world: FakeWorld): Promise<readonly string[]> {
  const main = await mainOf(world);
  const time = { policy: world.policy, nowMs: world.time.now() };
  const read = (await readApproval(world.ports, main, path, time)) ?? assert.fail();
  const review = await reviewOf(world.ports, main, path);
  return [read.standing, read.why, `${review.reviewed}`, review.why];
}

function lastCommit(world: FakeWorld, change: (commit: object) => unknown): void {
  const answer = (commit: unknown) => change(commit as object);
  world.fault({ port: 'state', method: 'lastCommitOf', kind: 'lie', answer, times: 9 });
}

function no(why: string): readonly string[] {
  return ['doesNotCount', why, 'false', why];
}

describe('an approval', () => {
  test('counts where another person than its author approved it', async () => {
    const why = 'approved by kim';
    assert.deepEqual(await standing(worldWith()), ['granted', why, 'true', why]);
  });

  test('does not count where history does not show its commit', async () => {
    const world = worldWith();
    lastCommit(world, () => null);
    assert.deepEqual(await standing(world), no('its commit is not in history'));
  });

  test('does not count where the Forge cannot be asked', async () => {
    const world = worldWith();
    world.fault({ port: 'forge', method: 'mergedProposalOf', kind: 'fail', times: 9 });
    assert.deepEqual(await standing(world), no('its review could not be read from the Forge'));
  });

  test('does not count without a pull request', async () => {
    const world = createFakeWorld();
    world.git.commit('Just so', { [path]: text });
    assert.deepEqual(await standing(world), no('no merged pull request brought it'));
    world.advance(25 * hour);
    assert.deepEqual((await standing(world))[0], 'over');
  });

  test('does not count where its author alone approved it', async () => {
    const world = worldWith();
    const [proposal] = world.forge.proposals;
    (proposal ?? assert.fail()).approvedBy = [];
    assert.deepEqual(await standing(world), no('only its author approved it'));
  });

  test('its hours count from the merge, whatever the time of its commit', async () => {
    const world = worldWith();
    lastCommit(world, (commit) => ({ ...commit, at: '2020-01-01T00:00:00Z' }));
    assert.equal((await standing(world))[0], 'granted');
    world.advance(24 * hour);
    assert.deepEqual((await standing(world)).slice(0, 3), [
      'over',
      'more than 24 hours have passed',
      'true',
    ]);
  });

  test('that cannot be read does not count', async () => {
    const world = createFakeWorld();
    world.forge.mergeReviewed('Approve', { [path]: 'all of them\n' });
    const time = { policy: world.policy, nowMs: world.time.now() };
    const [read] = await readApprovals(world.ports, await mainOf(world), time);
    assert.deepEqual([read?.approval, read?.standing], [null, 'doesNotCount']);
  });

  test('is a YAML file; other files in its folder are none', async () => {
    const world = worldWith({ 'approvals/README.md': '# What this folder is for\n' });
    const time = { policy: world.policy, nowMs: world.time.now() };
    const read = await readApprovals(world.ports, await mainOf(world), time);
    assert.deepEqual(
      read.map((one) => one.path),
      [path],
    );
  });
});

describe('the owners of an approval', () => {
  test('may be missing: then any account with write access but the author counts', async () => {
    const world = worldWith({ CODEOWNERS: '* @nora\n/approvals/\n' });
    assert.equal((await standing(world))[0], 'granted');
  });

  test('may be an address, whose account is unknown', async () => {
    const world = worldWith({ CODEOWNERS: '/approvals/ kim@example.com\n' });
    assert.match(
      (await standing(world))[1] ?? '',
      /^GitHub does not return the people of kim@example\.com/,
    );
  });

  test('are those of now too: other owners since its merge have approved nothing', async () => {
    const world = worldWith({ CODEOWNERS: '/approvals/ @kim\n' });
    world.git.commit('Nora owns them', { CODEOWNERS: '/approvals/ @nora\n' });
    assert.deepEqual(await standing(world), no('no code owner approved it'));
  });

  test('are in the first place that has such a file', async () => {
    const files = { '.github/CODEOWNERS': '* @nora\n', CODEOWNERS: '* @kim\n' };
    const world = worldWith(files);
    assert.deepEqual(await standing(world), no('no code owner approved it'));
  });

  test('are not changed by the commit that brings it, nor to former ones', async () => {
    const world = createFakeWorld();
    const owners = (login: string) => ({ CODEOWNERS: `/approvals/ @${login}\n` });
    const longAgo = world.git.commit('Kim owns them', owners('kim'));
    world.git.commit('Nora owns them', owners('nora'));
    world.forge.mergeReviewed('Approve', { [path]: text, ...owners('kim') });
    const [proposal] = world.forge.proposals;
    (proposal ?? assert.fail()).onto = longAgo;
    assert.deepEqual(await standing(world), no('the commit that brought it changes CODEOWNERS'));
  });
});
