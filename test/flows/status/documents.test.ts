/** What many readers get at once: the status of an agent as it was made for the first of them. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { withPeopleFields } from '../../../reconciler/core/agent/agent-file.ts';
import { idNo } from '../../builders/world.ts';
import { bringUp } from '../../fakes/agents.ts';
import { readerOf } from '../../fakes/status-reader.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

function world1(): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1);
  return world;
}

function change(world: FakeWorld, fields: Parameters<typeof withPeopleFields>[1]): void {
  const path = agentPath(idNo(1));
  const text = withPeopleFields(world.git.text(path) ?? '', fields);
  world.git.commit('changes it', { [path]: text });
}

it('nothing is known at once before the first reading, or after a while without one', async () => {
  const world = world1();
  const reader = readerOf(world.ports);
  assert.equal(reader.readAtOnce(idNo(1), 0), null);
  const first = await reader.document(idNo(1));
  assert.equal(reader.readAtOnce(idNo(1), 0), first);
  world.advance(2000);
  assert.equal(reader.readAtOnce(idNo(1), 0), null);
});

it('only links of the current epoch get it, and none of an agent without a valid file', async () => {
  const world = world1();
  change(world, { linkEpoch: 3 });
  const reader = readerOf(world.ports);
  const first = await reader.document(idNo(1));
  assert.equal(first?.status.phase, 'running');
  for (const epoch of [0, 2, 4]) assert.equal(reader.readAtOnce(idNo(1), epoch), null);
  assert.equal(reader.readAtOnce(idNo(1), 3), first);
  assert.equal(reader.readAtOnce(idNo(2), 0), null);
  world.git.commit('breaks it', { [agentPath(idNo(1))]: 'kind: [' });
  world.advance(3000);
  assert.equal((await reader.document(idNo(1)))?.status.phase, 'frozen');
  for (const epoch of [0, 3]) assert.equal(reader.readAtOnce(idNo(1), epoch), null);
});

it('its text is that of the status, and its tag changes with it alone', async () => {
  const world = world1();
  const reader = readerOf(world.ports);
  const first = await reader.document(idNo(1));
  assert.deepEqual(JSON.parse(first?.text ?? ''), first?.status);
  world.advance(20_000);
  assert.equal(await reader.document(idNo(1)), first);
  change(world, { power: 'stopped' });
  world.advance(3000);
  const next = await reader.document(idNo(1));
  assert.equal(next?.status.power?.asked, 'stopped');
  assert.deepEqual(JSON.parse(next?.text ?? ''), next?.status);
  assert.notEqual(next?.tag, first?.tag);
});
