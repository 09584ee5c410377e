/** What a create does where the name is taken, and how a lost answer of the journal is handled. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { agentStateKey } from '../../../../reconciler/core/fleet/observed.ts';
import { newRecord } from '../../../../reconciler/core/fleet/recorded.ts';
import { serverAddress } from '../../../../reconciler/core/stack/stack-spec.ts';
import { at, idNo, labelsNo, subscriptionNo } from '../../../builders/world.ts';
import { askFor, plantServer, recordOf, serverOf, writeRecord } from '../../../fakes/agents.ts';
import { createFakeWorld } from '../../../fakes/world.ts';
import { cases } from './cases.ts';
import { applyOne, dueChange, outcomeText } from './reconciling.ts';

async function planned() {
  const world = createFakeWorld();
  askFor(world, 1);
  const { plan } = await dueChange(world);
  return { world, plan };
}

describe('a create', () => {
  test('over a server of another name with the label of the agent creates none', async () => {
    const { world, plan } = await planned();
    plantServer(world, 'spare', labelsNo(1));
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at vm: Conflict');
    assert.equal(world.project.servers.size, 1);
  });

  test('that failed recognizes a server by its nonce alone, not by its name', async () => {
    const { world, plan } = await planned();
    const failure = new Failure('ProviderOutage', 'a bad gateway');
    world.fault({ port: 'stacks', method: 'apply', kind: 'fail', failure });
    const other = plantServer(createFakeWorld(), idNo(1), { team: 'research' });
    const answer = () => world.project.observed(other);
    world.fault({ port: 'cloud', method: 'serverByName', nth: 2, kind: 'lie', answer });
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at vm: ProviderOutage');
    assert.equal(recordOf(world, 1)?.server, undefined);
  });

  test('that succeeded, and whose server is not found, has an unknown outcome', async () => {
    const { world, plan } = await planned();
    const answer = () => null;
    world.fault({ port: 'cloud', method: 'serverByName', nth: 2, kind: 'lie', answer });
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at vm: OutcomeUnknown');
    const nonce = recordOf(world, 1)?.lease?.nonce;
    assert.equal(nonce, serverOf(world, 1)?.labels['aura.dev/nonce']);
  });

  test('goes over a state that holds a server which we destroyed', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const end = { at: at(-100), server: '4711', kind: 'retire' as const };
    const record = newRecord(idNo(1), subscriptionNo(1), 'cus_Test1');
    writeRecord(world, { ...record, destroyed: [end] });
    const managed = [{ address: serverAddress, type: 'hcloud_server', id: '4711', tainted: false }];
    world.bucket.states.set(agentStateKey('aura', idNo(1)), { managed, modifiedMs: 0 });
    const { plan } = await dueChange(world);
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
  });
});

describe('a lost answer of the journal', () => {
  for (const nth of [1, 2, 3])
    test(`at write ${nth}: the written record is recognized`, async () => {
      const power = cases.find(({ name }) => name === 'power off') ?? assert.fail();
      const world = await power.world();
      const { plan } = await dueChange(world);
      const fault = world.fault({ port: 'journal', method: 'push', kind: 'lost', nth });
      assert.equal(outcomeText(await applyOne(world, plan)), 'done');
      assert.equal(fault.fired, 1);
      assert.equal(recordOf(world, 1)?.server?.power, 'off');
      assert.equal(recordOf(world, 1)?.lease, undefined);
      assert.equal(recordOf(world, 1)?.attempts.length, 1);
    });
});
