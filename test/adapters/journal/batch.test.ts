/** Many agents share a push, and no failure of one affects another. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { Failure } from '../../../reconciler/core/failure.ts';
import type { AgentRecord, Phase } from '../../../reconciler/core/fleet/recorded.ts';
import { at, idNo, recordNo } from '../../builders/world.ts';
import { recordOf, writeRecord } from '../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

let world: FakeWorld;
beforeEach(() => {
  world = createFakeWorld();
  for (const n of [1, 2, 3]) writeRecord(world, recordNo(n));
});

const inPhase = (phase: Phase) => (current: AgentRecord | null) =>
  current === null ? null : { ...current, phase };
const unwritable = (current: AgentRecord | null) =>
  current === null ? null : { ...current, tailnet: { nodeId: 'n'.repeat(61), address: '' } };
const phases = () => [1, 2, 3].map((n) => recordOf(world, n)?.phase);
const commits = () => world.git.history('status').length;

describe('a record that cannot be written', () => {
  test('fails alone: leases and facts of the others land with the same push', async () => {
    const { journal } = world.ports;
    await journal.update(idNo(3), inPhase('configuring'), 'soon');
    const before = commits();
    const [bad, good] = await Promise.allSettled([
      journal.update(idNo(1), unwritable, 'now'),
      journal.update(idNo(2), inPhase('updating'), 'now'),
    ]);
    assert.equal(bad.status === 'rejected' && (bad.reason as Failure).reason, 'Bug');
    assert.equal(good.status, 'fulfilled');
    assert.deepEqual(phases(), ['running', 'updating', 'configuring']);
    assert.equal(commits(), before + 1);
  });

  test('is none for a text from outside that is too long: it is cut', async () => {
    const message = '😀'.repeat(5000);
    const said = { type: 'Ready', status: 'False', reason: 'Long', message, since: at(0) } as const;
    const written = await world.ports.journal.update(
      idNo(1),
      (current) => current && { ...current, conditions: [said] },
      'now',
    );
    assert.equal(written?.conditions[0]?.message, '😀'.repeat(500));
    assert.deepEqual(recordOf(world, 1), written);
  });

  test('does not affect another record of the same agent', async () => {
    const { journal } = world.ports;
    await journal.update(idNo(1), inPhase('joining'), 'soon');
    await journal.update(idNo(1), unwritable, 'soon');
    await journal.update(
      idNo(1),
      (current) => current && { ...current, receipts: ['x/1'] },
      'soon',
    );
    await assert.rejects(journal.flush(), /invalid record/);
    const record = recordOf(world, 1);
    assert.deepEqual([record?.phase, record?.receipts], ['joining', ['x/1']]);
  });
});

describe('a push that fails as a whole', () => {
  const outage = new Failure('BranchRewritten', 'branch status was rewritten');

  test('fails what was pushed now; waiting steps go with the next one', async () => {
    const { journal } = world.ports;
    await journal.update(idNo(3), inPhase('configuring'), 'soon');
    world.fault({ port: 'journal', method: 'push', kind: 'fail', failure: outage });
    await assert.rejects(journal.update(idNo(1), inPhase('updating'), 'now'));
    assert.deepEqual(phases(), ['running', 'running', 'running']);
    await journal.update(idNo(2), inPhase('updating'), 'now');
    assert.deepEqual(phases(), ['running', 'updating', 'configuring']);
  });

  test('is reported by flush, and what waits is written by the next', async () => {
    const { journal } = world.ports;
    await journal.update(idNo(3), inPhase('configuring'), 'soon');
    world.fault({ port: 'journal', method: 'push', kind: 'fail', failure: outage });
    await assert.rejects(journal.flush(), (thrown) => thrown === outage);
    await journal.flush();
    assert.deepEqual(phases(), ['running', 'running', 'configuring']);
  });
});

describe('a record that is removed', () => {
  const isGone = ({ gone }: AgentRecord) => gone !== undefined;
  const path = agentPath(idNo(1));

  test('is removed with the push that others share, and is null afterwards', async () => {
    const { journal } = world.ports;
    writeRecord(world, recordNo(1, { gone: at(-1) }));
    await journal.read();
    const before = commits();
    assert.equal(await journal.forget(idNo(1), isGone), true);
    await journal.update(idNo(2), inPhase('updating'), 'now');
    assert.equal(world.git.text(path, 'status'), null);
    assert.equal(commits(), before + 1);
    assert.match(world.git.tip('status')?.body ?? '', new RegExp(`${idNo(1)}: record removed`));
    assert.equal(await journal.forget(idNo(1), isGone), false, 'it is gone already');
    const seen: unknown[] = [];
    const look = (current: AgentRecord | null) => {
      seen.push(current);
      return null;
    };
    await journal.update(idNo(1), look, 'soon');
    assert.deepEqual(seen, [null]);
  });

  test('stays where another run was faster and it is not to be removed any more', async () => {
    const { journal } = world.ports;
    writeRecord(world, recordNo(1, { gone: at(-1) }));
    await journal.read();
    assert.equal(await journal.forget(idNo(1), isGone), true);
    writeRecord(world, recordNo(1));
    await journal.flush();
    assert.notEqual(world.git.text(path, 'status'), null);
  });

  test('stays where it is not to be removed', async () => {
    const { journal } = world.ports;
    assert.equal(await journal.forget(idNo(1), isGone), false);
    await journal.flush();
    assert.notEqual(world.git.text(path, 'status'), null);
  });
});
