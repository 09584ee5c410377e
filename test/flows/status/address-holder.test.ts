/** The agent behind a reported address, by the records now and at a time. */
import assert from 'node:assert/strict';
import { beforeEach, it } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { findAddressHolder } from '../../../reconciler/flows/status/address-holder.ts';
import { idNo } from '../../builders/world.ts';
import { bringUp, edit, recordOf, serverOf, writeRecord } from '../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';
import { untilQuiet } from '../reconcile/apply/reconciling.ts';

let world: FakeWorld;
beforeEach(() => {
  world = createFakeWorld();
  for (const n of [1, 2]) bringUp(world, n);
});

const addressOf = (n: number) => recordOf(world, n)?.server?.ipv4 ?? assert.fail('no address');
const find = (address: string, atMs: number | null = null) =>
  findAddressHolder(world.ports.state, address, atMs);

it('is the one whose server is recorded with it, and since when', async () => {
  const { server } = recordOf(world, 2) ?? {};
  assert.deepEqual(await find(addressOf(2)), {
    agent: idNo(2),
    server: server?.id,
    since: server?.created,
    isCurrent: true,
  });
});

it('is none for another address, or for a part of one', async () => {
  const address = addressOf(1);
  for (const other of ['203.0.113.9', address.slice(0, -1)])
    await assert.rejects(find(other), { reason: 'NotFound' });
});

it('is the one that had it at that time, although its server is gone', async () => {
  const address = addressOf(1);
  const before = recordOf(world, 1)?.server;
  world.advance(60_000);
  const atMs = world.time.now();
  world.advance(60_000);
  edit(world, 1, { revision: 2 });
  await untilQuiet(world);
  assert.notEqual(serverOf(world, 1)?.id, Number(before?.id));
  const then = await find(address, atMs);
  assert.deepEqual([then.agent, then.server, then.isCurrent], [idNo(1), before?.id, false]);
});

it('is not known before the records begin', async () => {
  await assert.rejects(find(addressOf(1), Date.parse('2020-01-01T00:00:00Z')), {
    reason: 'NotFound',
    message: /begins after 2020/,
  });
});

it('is not guessed where two records have the address, or one cannot be read', async () => {
  const address = addressOf(1);
  const record = recordOf(world, 2) ?? assert.fail();
  const server = record.server ?? assert.fail();
  writeRecord(world, { ...record, server: { ...server, ipv4: address } });
  await assert.rejects(find(address), { reason: 'Conflict' });
  world.git.add('status', {
    subject: 'damage',
    edits: { [agentPath(idNo(2))]: `${address}: [` },
  });
  await assert.rejects(find(address), { reason: 'UnexpectedAnswer' });
});
