/** Records of gone agents stay for 30 days, and their content stays in history. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { isOwnRemoval } from '../../../../reconciler/flows/shared/read-removal.ts';
import { at, idNo, recordNo } from '../../../builders/world.ts';
import {
  askFor,
  bringUp,
  edit,
  fileText,
  plantServer,
  recordOf,
  writeRecord,
} from '../../../fakes/agents.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { effectsOfAnother, finalized } from './finalizing.ts';

const dayMinutes = 24 * 60;
const ended = { state: 'ended' as const, since: at(-300) };
const byStripe = { at: at(-300), by: 'stripe' as const, reason: 'canceled' };

function goneFor(world: FakeWorld, n: number, days: number): void {
  const { server: _server, tailnet: _tailnet, hostKey: _key, ...rest } = recordNo(n);
  const gone = at(-days * dayMinutes);
  writeRecord(world, { ...rest, phase: 'retired', gone, everRunning: false });
}

describe('the record of an agent that is gone', () => {
  test('is removed after 30 days and not before, several by one commit', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    goneFor(world, 2, 30);
    goneFor(world, 3, 31);
    goneFor(world, 4, 29);
    const commits = world.git.history('status').length;
    assert.deepEqual((await finalized(world)).forgotten, [idNo(2), idNo(3)].sort());
    assert.deepEqual(
      [1, 2, 3, 4].map((n) => recordOf(world, n) !== null),
      [true, false, false, true],
    );
    assert.equal(world.git.history('status').length, commits + 1);
    assert.deepEqual(await effectsOfAnother(world), []);
    world.advance(24 * 3_600_000);
    assert.deepEqual((await finalized(world)).forgotten, [idNo(4)]);
  });

  test('as finalize itself leaves it: its removal counts as finalize’s own afterwards', async () => {
    const world = createFakeWorld();
    bringUp(world, 9);
    askFor(world, 1, { access: ended, retired: byStripe });
    const text = fileText(world, 1);
    // Its grace counts from when its tombstone was seen on main.
    await finalized(world);
    world.advance(2 * 3_600_000);
    assert.deepEqual((await finalized(world)).removed, [idNo(1)]);
    world.advance(31 * 24 * 3_600_000);
    assert.deepEqual((await finalized(world)).forgotten, [idNo(1)]);
    const path = agentPath(idNo(1));
    assert.equal(await isOwnRemoval(world.ports.state, { path, cause: 'finalized', text }), true);
  });

  const staysWhere: Readonly<Record<string, (world: FakeWorld) => void>> = {
    'its agent has a file': (world) => {
      askFor(world, 1, { access: ended, retired: { ...byStripe, by: 'person' } });
      edit(world, 1, { hold: { reason: 'x', since: at(-5), until: at(60) } });
    },
    'a broken file names its agent': (world) =>
      void world.git.commit('Odd', { 'agents/odd.yaml': `name: ${idNo(1)}\n` }),
    'a run works on it': (world) => {
      const record = recordOf(world, 1) ?? assert.fail();
      const term = { since: at(-5), until: at(60), step: 'lease' as const };
      const lease = {
        run: '7',
        runAttempt: 1,
        change: 'create' as const,
        nonce: 'abcdefghij012345',
        ...term,
      };
      world.forge.runs.set('7', 'running');
      writeRecord(world, { ...record, lease });
    },
    'something of it is still listed': (world) => {
      world.bucket.states.set(`aura/agents/${idNo(1)}/terraform.tfstate`, {
        managed: [],
        modifiedMs: world.time.now() - 24 * 3_600_000,
      });
    },
    'a server of its name waits to be looked at': (world) => {
      const labels = { 'aura.dev/fleet': 'aura', 'aura.dev/agent': idNo(1) };
      const server = plantServer(world, idNo(1), labels);
      const created = new Date(world.time.now()).toISOString();
      world.project.servers.set(server.id, { ...server, created });
    },
    'its state is locked': (world) => {
      const created = new Date(world.time.now()).toISOString();
      world.bucket.locks.set(`aura/agents/${idNo(1)}/terraform.tfstate`, {
        id: 'l-1',
        who: 'runner',
        operation: 'OperationTypeApply',
        created,
      });
    },
    'a reading is partial': (world) => {
      const failure = new Failure('ProviderOutage', 'a bad gateway');
      world.fault({ port: 'tailnet', method: 'devices', kind: 'fail', failure });
    },
    'everything is stopped': (world) => world.git.halt('a fire'),
  };
  for (const [what, happens] of Object.entries(staysWhere)) {
    test(`is kept where ${what}`, async () => {
      const world = createFakeWorld();
      bringUp(world, 9);
      goneFor(world, 1, 40);
      happens(world);
      assert.deepEqual((await finalized(world)).forgotten, []);
      assert.notEqual(recordOf(world, 1), null);
    });
  }

  test('wherever finalize dies or an answer is lost, the next one completes it', async () => {
    const deaths = await everyDeath({
      world: () => {
        const world = createFakeWorld();
        bringUp(world, 9);
        goneFor(world, 1, 40);
        return world;
      },
      flow: finalized,
      async after(world) {
        await finalized(world);
        assert.equal(recordOf(world, 1), null);
        assert.deepEqual(await effectsOfAnother(world), []);
      },
    });
    assert.ok(deaths >= 3, String(deaths));
  });
});
