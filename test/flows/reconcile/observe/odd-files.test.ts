/** One odd file, name or key is reported alone, and all others are planned and finalized. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { renderApprovalFile } from '../../../../reconciler/core/agent/decision-file.ts';
import { notPlainFile } from '../../../../reconciler/core/agent/file-content.ts';
import { alarmsOf } from '../../../../reconciler/core/alarms/alarms.ts';
import { readAlarmInput } from '../../../../reconciler/flows/alarms/alarm-input.ts';
import { reconcile } from '../../../../reconciler/flows/reconcile/reconcile.ts';
import { idNo } from '../../../builders/world.ts';
import { askFor, bringUp, plantServer, recordOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';

const run = { id: '1', attempt: 1 };
const reconcileOnce = (world: FakeWorld) => reconcile(world.ports, { run, scope: 'everything' });

async function alarmKinds(world: FakeWorld): Promise<readonly string[]> {
  const input = await readAlarmInput(world.ports, 'reconcile.yml');
  return alarmsOf(input, world.time.now()).map(({ kind }) => kind);
}

describe('a run over odd files', () => {
  test('a symbolic link at an agent’s path freezes that agent, is reported, and stays', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    const path = agentPath(idNo(1));
    world.git.commit('a link', { [path]: notPlainFile.text });
    askFor(world, 2);
    const { plan, applied } = await reconcileOnce(world);
    assert.deepEqual(
      plan.idle.flatMap(({ agent, reason, message }) =>
        agent === idNo(1) ? [reason, message] : [],
      ),
      ['Invalid', `${path}: is a link, a submodule or a folder: only plain files are read`],
    );
    assert.deepEqual(
      applied.map(({ agent, outcome }) => [agent, outcome.kind]),
      [[idNo(2), 'done']],
    );
    assert.equal(recordOf(world, 1)?.phase, 'frozen');
    assert.ok((await alarmKinds(world)).includes('InvalidFile'));
    assert.equal(world.git.text(path), notPlainFile.text);
    assert.ok(world.project.servers.has(server.id));
  });

  for (const name of ['approval (copy).yaml', 'Größe ✓.yaml', `${'x'.repeat(150)}.yaml`])
    test(`a decision called ${name.slice(0, 30)} is read like any other`, async () => {
      const world = createFakeWorld();
      bringUp(world, 1);
      askFor(world, 2);
      const entry = { agent: idNo(1), server: '1', file: '', change: 'retire' as const };
      const text = renderApprovalFile({
        apiVersion: 'aura.dev/v1',
        kind: 'Approval',
        entries: [entry],
      });
      world.git.commit('decisions', {
        [`approvals/${name}`]: text,
        [`orphans/${name}`]: 'no decision: at all\n',
      });
      const { applied } = await reconcileOnce(world);
      assert.deepEqual(
        applied.map(({ agent, outcome }) => [agent, outcome.kind]),
        [[idNo(2), 'done']],
      );
      // It has expired a day later, and is removed like any other.
      world.advance(25 * 3_600_000);
      await reconcileOnce(world);
      assert.equal(world.git.text(`approvals/${name}`), null);
      assert.notEqual(world.git.text(`orphans/${name}`), null);
    });

  test('a state whose key is longer than a file’s name may be is an orphan beside the others', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const stray = plantServer(world, 'stray-1', { 'aura.dev/fleet': 'aura' });
    const old = { managed: [], modifiedMs: world.time.now() - 86_400_000 };
    const keys = [
      `aura/agents/${'x'.repeat(250)}/terraform.tfstate`,
      'aura/agents/a_b/c',
      'aura/agents/a/b/c',
    ];
    for (const key of keys) world.bucket.states.set(key, old);
    await reconcileOnce(world);
    const proposed = [...(world.git.tip('aura/orphans')?.tree ?? [])];
    const about = (text: string) =>
      proposed.filter(([path, all]) => path.startsWith('orphans/') && all.includes(text));
    for (const id of [...keys, stray.id]) assert.equal(about(id).length, 1, id);
    assert.deepEqual((await reconcileOnce(world)).finalized.proposals, []);
  });
});
