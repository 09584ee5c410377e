/** A request key identifies one request: it is carried out once, and no other may use the key. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { parseCommand } from '../../../reconciler/core/commands/command-request.ts';
import type { CommandAsk } from '../../../reconciler/flows/commands/command-commit.ts';
import { type Commands, createCommands } from '../../../reconciler/flows/commands/commands.ts';
import { idNo } from '../../builders/world.ts';
import { askFor, fileText } from '../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

let world: FakeWorld;
let commands: Commands;

beforeEach(() => {
  world = createFakeWorld();
  askFor(world, 1);
  askFor(world, 2);
  commands = createCommands(world.ports);
});

function ask(n: number, request: object, key: string | null): CommandAsk {
  const parsed = parseCommand(request);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return { agent: idNo(n), command: parsed.command, by: 'the platform', request: key };
}
const count = () => world.git.history('main').length;
const named = (displayName: string) => ({ command: 'config', config: { displayName } });
const outcome = async (asked: CommandAsk, by: Commands = commands) => {
  const done = await by.carryOut(asked);
  return done.kind === 'refused' ? done.reason : done.kind;
};

describe('B5: a key that was used before', () => {
  it('is refused with other values, another agent or another reason, on every replica', async () => {
    assert.equal(await outcome(ask(1, named('Ada'), 'req-1')), 'committed');
    for (const by of [commands, createCommands(world.spawn().ports)]) {
      assert.equal(await outcome(ask(1, named('Ben'), 'req-1'), by), 'RequestReused');
      assert.equal(await outcome(ask(2, named('Ada'), 'req-1'), by), 'RequestReused');
      const because = { ...named('Ada'), reason: 'other' };
      assert.equal(await outcome(ask(1, because, 'req-1'), by), 'RequestReused');
      assert.equal(await outcome(ask(1, named('Ada'), 'req-1'), by), 'committed');
    }
    assert.match(fileText(world, 1) ?? '', /Ada/);
  });

  it('is refused with other values in the same push', async () => {
    // The first is pushed alone; those that arrive meanwhile share the next push.
    const alone = outcome(ask(2, { command: 'stop' }, null));
    const done = await Promise.all([
      outcome(ask(1, named('Ada'), 'req-1')),
      outcome(ask(1, named('Ben'), 'req-1')),
    ]);
    assert.deepEqual(done, ['committed', 'RequestReused']);
    assert.equal(await alone, 'committed');
  });

  it('that a person wrote, without the digest of a request, is used for no request', async () => {
    const path = agentPath(idNo(1));
    const text = `${fileText(world, 1)}# by hand\n`;
    const trailers = [['Aura-Cause', 'stop'] as const, ['Aura-Request', 'req-1'] as const];
    world.git.add('main', { subject: 'x', edits: { [path]: text }, trailers });
    assert.equal(await outcome(ask(1, { command: 'stop' }, 'req-1')), 'RequestReused');
  });

  it('by a request that needed no change undoes no later change', async () => {
    const before = fileText(world, 1);
    assert.equal(await outcome(ask(1, { command: 'start' }, 'req-1')), 'unchanged');
    assert.equal(fileText(world, 1), before);
    assert.equal(await outcome(ask(1, { command: 'stop' }, 'req-2')), 'committed');
    const so = count();
    for (const by of [commands, createCommands(world.spawn().ports)]) {
      assert.equal(await outcome(ask(1, { command: 'start' }, 'req-1'), by), 'unchanged');
      assert.equal(await outcome(ask(1, { command: 'stop' }, 'req-1'), by), 'RequestReused');
    }
    assert.deepEqual([count(), /power: stopped/.test(fileText(world, 1) ?? '')], [so, true]);
  });

  it('by a request that needs no change, twice in one push, is one commit without a change', async () => {
    const before = count();
    const start = ask(1, { command: 'start' }, 'req-1');
    const alone = outcome(ask(2, { command: 'stop' }, null));
    const both = await Promise.all([alone, outcome(start), outcome(start)]);
    assert.deepEqual(both, ['committed', 'unchanged', 'unchanged']);
    assert.equal(count(), before + 2);
    assert.deepEqual(world.git.tip('main')?.paths, []);
  });

  it('by a request that was refused may be used again, once it can be carried out', async () => {
    const confirm = "deletes the agent's data";
    const bare = { command: 'reprovision' };
    assert.equal(await outcome(ask(1, bare, 'req-1')), 'ConfirmationNeeded');
    assert.equal(await outcome(ask(1, { ...bare, confirm }, 'req-1')), 'committed');
  });

  for (const restarts of [false, true])
    it(`in commits that main has lost counts as unused (restarts: ${restarts})`, async () => {
      for (let times = 0; times < 2; times += 1)
        assert.equal(await outcome(ask(1, { command: 'stop' }, 'req-1')), 'committed');
      world.git.rewind('main', 1);
      const id = world.git.commit('another history', { 'NOTES.md': 'x' });
      if (restarts) commands = createCommands(world.restart());
      else await world.ports.state.accept('main', id);
      assert.equal(await outcome(ask(1, { command: 'stop' }, 'req-1'), commands), 'committed');
      assert.match(fileText(world, 1) ?? '', /power: stopped/);
    });
});
