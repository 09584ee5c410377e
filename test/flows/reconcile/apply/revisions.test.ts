/** A requested fresh VM is created, whatever was requested and reverted before. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { parseAgentFile } from '../../../../reconciler/core/agent/agent-file.ts';
import {
  confirmation,
  parseCommand,
} from '../../../../reconciler/core/commands/command-request.ts';
import { createCommands } from '../../../../reconciler/flows/commands/commands.ts';
import { revertOnTip } from '../../../../reconciler/flows/commands/reverts.ts';
import { commitOne } from '../../../../reconciler/flows/commands/write-one.ts';
import { idNo } from '../../../builders/world.ts';
import { askFor, bringUp, fileText, recordOf, serverOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce, untilQuiet } from './reconciling.ts';

let world: FakeWorld;

beforeEach(() => {
  world = createFakeWorld();
});

const by = 'an operator';

async function asks(request: object): Promise<string> {
  const parsed = parseCommand({ ...request });
  assert.ok(parsed.ok);
  const { command } = parsed;
  const done = await createCommands(world.ports).carryOut({
    agent: idNo(1),
    command,
    by,
    request: null,
  });
  assert.ok(done.kind === 'committed', JSON.stringify(done));
  return done.commit;
}

async function reverts(commit: string): Promise<void> {
  const ask = { commit, agent: idNo(1), by, reason: null };
  const written = await commitOne(world.ports, revertOnTip(world.ports, ask));
  assert.equal(written.kind, 'committed');
}

const confirm = confirmation;
const fresh = { command: 'reprovision', confirm };
const revision = () => {
  const file = parseAgentFile({
    path: agentPath(idNo(1)),
    oid: '',
    text: fileText(world, 1) ?? '',
  });
  assert.ok(file.kind === 'valid');
  return file.agent.spec.revision;
};

describe('a fresh VM', () => {
  test('is created by a reprovision after a reverted one', async () => {
    bringUp(world, 1);
    const first = await asks(fresh);
    await untilQuiet(world);
    const second = serverOf(world, 1)?.id;
    await reverts(first);
    await untilQuiet(world);
    assert.deepEqual(
      [revision(), serverOf(world, 1)?.id],
      [1, second],
      'a revert destroys nothing',
    );
    await asks(fresh);
    await untilQuiet(world);
    assert.equal(revision(), 3);
    assert.notEqual(serverOf(world, 1)?.id, second);
    assert.equal(recordOf(world, 1)?.chosen?.revision, 3);
  });

  test('returns to the region of the file after a reverted move', async () => {
    bringUp(world, 1);
    const move = await asks({ command: 'region', region: 'us-east', confirm });
    await untilQuiet(world);
    assert.equal(serverOf(world, 1)?.location, 'ash');
    await reverts(move);
    await untilQuiet(world);
    assert.equal(serverOf(world, 1)?.location, 'ash');
    await asks({ command: 'region', region: 'eu-central', confirm });
    await untilQuiet(world);
    assert.equal(serverOf(world, 1)?.location, 'fsn1');
    assert.equal(recordOf(world, 1)?.phase, 'running');
  });

  test('does not inherit the failures and the give-up of an earlier use of its number', async () => {
    askFor(world, 1);
    world.hosts.fail('configure', 4);
    for (let runs = 0; runs < 12; runs += 1) {
      await reconcileOnce(world);
      world.advance(3 * 3_600_000);
    }
    assert.equal(recordOf(world, 1)?.phase, 'failed');
    const retry = await asks({ command: 'retry' });
    world.hosts.fail('configure', 4);
    for (let runs = 0; runs < 12; runs += 1) {
      await reconcileOnce(world);
      world.advance(3 * 3_600_000);
    }
    const receipts = recordOf(world, 1)?.receipts.filter((one) => one.startsWith('gave-up/'));
    assert.deepEqual(receipts, ['gave-up/1', 'gave-up/2']);
    await reverts(retry);
    assert.equal(revision(), 1);
    await asks({ command: 'retry' });
    assert.equal(revision(), 3);
    await untilQuiet(world);
    assert.equal(recordOf(world, 1)?.phase, 'running');
  });

  test('that a reverted retry left running is not destroyed by another retry', async () => {
    askFor(world, 1);
    world.hosts.fail('configure', 4);
    for (let runs = 0; runs < 12; runs += 1) {
      await reconcileOnce(world);
      world.advance(3 * 3_600_000);
    }
    const retry = await asks({ command: 'retry' });
    await untilQuiet(world);
    const server = serverOf(world, 1)?.id;
    await reverts(retry);
    await untilQuiet(world);
    const parsed = parseCommand({ command: 'retry' });
    assert.ok(parsed.ok);
    const again = { agent: idNo(1), command: parsed.command, by, request: null };
    assert.equal((await createCommands(world.ports).carryOut(again)).kind, 'unchanged');
    await untilQuiet(world);
    assert.equal(serverOf(world, 1)?.id, server);
  });
});
