/** Commands to commits: races, lost answers, repeated and simultaneous requests, crashes. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { parseAgentFile, withPeopleFields } from '../../../reconciler/core/agent/agent-file.ts';
import { confirmation, parseCommand } from '../../../reconciler/core/commands/command-request.ts';
import {
  type CommandAsk,
  requestDigest,
} from '../../../reconciler/flows/commands/command-commit.ts';
import { type Commands, createCommands } from '../../../reconciler/flows/commands/commands.ts';
import { revertOnTip } from '../../../reconciler/flows/commands/reverts.ts';
import { commitOne, proposeOne } from '../../../reconciler/flows/commands/write-one.ts';
import { idNo, without } from '../../builders/world.ts';
import { askFor, bringUp, edit, fileText, recordOf, writeRecord } from '../../fakes/agents.ts';
import { everyDeath } from '../../fakes/deaths.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

let world: FakeWorld;
let commands: Commands;

beforeEach(() => {
  world = createFakeWorld();
  askFor(world, 1);
  commands = createCommands(world.ports);
});

function ask(n: number, request: object, key: string | null = null): CommandAsk {
  const parsed = parseCommand(request);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return { agent: idNo(n), command: parsed.command, by: 'the platform', request: key };
}

function specOf(n: number, on = world) {
  const path = agentPath(idNo(n));
  const parsed = parseAgentFile({ path, oid: '', text: fileText(on, n) ?? '' });
  assert.ok(parsed.kind === 'valid');
  return parsed.agent.spec;
}
const commits = (on = world) => on.git.history('main').slice(1);
const count = () => commits().length;
const stop = { command: 'stop' };
const reprovision = { command: 'reprovision', confirm: confirmation };

describe('a command', () => {
  it('is one commit about one agent, with the requester, the reason and the request id', async () => {
    const before = count();
    const done = await commands.carryOut(ask(1, { ...stop, reason: 'on holiday' }, 'req-1'));
    const [commit, ...more] = commits().slice(before);
    assert.deepEqual(more, []);
    assert.deepEqual(done.kind === 'committed' && done.commit, commit?.id);
    assert.deepEqual(commit?.paths, [agentPath(idNo(1))]);
    assert.equal(commit?.subject, `${idNo(1)}: switched off`);
    assert.equal(commit?.body, 'Requested by the platform.\nReason: on holiday');
    assert.deepEqual(commit?.trailers, [
      ['Aura-Cause', 'stop'],
      ['Aura-Request', 'req-1'],
      ['Aura-Request-Digest', requestDigest(ask(1, { ...stop, reason: 'on holiday' }))],
    ]);
    assert.equal(specOf(1).power, 'stopped');
  });

  it('that changes nothing, or names no agent, writes nothing', async () => {
    const before = count();
    const same = await commands.carryOut(ask(1, { command: 'start' }));
    const absent = await commands.carryOut(ask(9, stop));
    assert.deepEqual([same.kind, absent.kind], ['unchanged', 'refused']);
    assert.equal(count(), before);
  });

  it('is carried out under a stop: it only commits', async () => {
    world.git.halt('trouble');
    assert.equal((await commands.carryOut(ask(1, stop))).kind, 'committed');
  });

  it('reads what was done for the agent before', async () => {
    bringUp(world, 2);
    const bare = await commands.carryOut(ask(2, { command: 'reprovision' }));
    assert.ok(bare.kind === 'refused' && bare.reason === 'ConfirmationNeeded');
    assert.match(bare.lost ?? '', /^server \d+ \(cpx12 in fsn1\)/);
    const done = await commands.carryOut(ask(2, reprovision));
    assert.ok(done.kind === 'committed');
    assert.equal(done.lost, bare.lost);
    const record = recordOf(world, 2);
    assert.ok(record !== null);
    writeRecord(world, {
      ...without(record, 'server'),
      everRunning: false,
      receipts: ['gave-up/2'],
    });
    await commands.carryOut(ask(2, { command: 'retry' }));
    assert.equal(specOf(2).revision, 3);
  });
});

describe('another writer pushes first', () => {
  it('and the command is decided again: the other writer’s change is kept', async () => {
    const race = world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      run: () => void edit(world, 1, { linkEpoch: 4 }),
    });
    await commands.carryOut(ask(1, stop));
    assert.equal(race.fired, 1);
    assert.deepEqual([specOf(1).power, specOf(1).linkEpoch], ['stopped', 4]);
  });

  it('with the same request, and nothing is left to do', async () => {
    world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      run: () => void edit(world, 1, { power: 'stopped' }),
    });
    assert.equal((await commands.carryOut(ask(1, stop))).kind, 'unchanged');
  });

  it('again and again: the command ends, and no lease is left', async () => {
    world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      times: 1000,
      run: () => void world.git.commit('A note', { 'NOTES.md': String(world.git.commits.size) }),
    });
    await assert.rejects(commands.carryOut(ask(1, stop)), { reason: 'PushRejected' });
    assert.equal(specOf(1).power, 'running');
  });
});

describe('the same request again', () => {
  const again = () => createCommands(world.restart()).carryOut(ask(1, reprovision, 'req-7'));

  it('is answered with its commit by every replica, and makes no other', async () => {
    const first = await commands.carryOut(ask(1, reprovision, 'req-7'));
    const before = count();
    for (const second of [await commands.carryOut(ask(1, reprovision, 'req-7')), await again()]) {
      assert.ok(first.kind === 'committed' && second.kind === 'committed');
      assert.deepEqual([second.commit, second.repeated], [first.commit, true]);
    }
    assert.deepEqual([count(), specOf(1).revision], [before, 2]);
  });

  it('after its answer was lost', async () => {
    world.fault({ port: 'state', method: 'push', kind: 'lost' });
    await assert.rejects(commands.carryOut(ask(1, reprovision, 'req-7')), {
      reason: 'NetworkUnreachable',
    });
    const second = await again();
    assert.ok(second.kind === 'committed' && second.repeated);
    assert.equal(specOf(1).revision, 2);
  });

  it('is found behind later commits, however many', async () => {
    const first = await commands.carryOut(ask(1, reprovision, 'req-7'));
    for (let n = 0; n < 90; n += 1) world.git.commit('A note', { 'NOTES.md': String(n) });
    const second = await commands.carryOut(ask(1, reprovision, 'req-7'));
    assert.ok(first.kind === 'committed' && second.kind === 'committed');
    assert.equal(second.commit, first.commit);
  });

  it('twice at once is one commit, and another command with its key is refused', async () => {
    const before = count();
    const both = await Promise.all([
      commands.carryOut(ask(1, reprovision, 'req-7')),
      commands.carryOut(ask(1, reprovision, 'req-7')),
      commands.carryOut(ask(1, stop, 'req-7')),
    ]);
    const late = await commands.carryOut(ask(1, stop, 'req-7'));
    assert.deepEqual(
      [...both, late].map((one) => (one.kind === 'refused' ? one.reason : one.kind)),
      ['committed', 'committed', 'RequestReused', 'RequestReused'],
    );
    assert.deepEqual([count(), specOf(1).revision], [before + 1, 2]);
  });

  it('to two services at once is one commit', async () => {
    const other = createCommands(world.ports);
    const asked = ask(1, reprovision, 'req-7');
    const both = await Promise.all([commands.carryOut(asked), other.carryOut(asked)]);
    assert.equal(new Set(both.map((one) => one.kind === 'committed' && one.commit)).size, 1);
    assert.equal(specOf(1).revision, 2);
  });

  it('wherever the process died: carried out once, and answered', async () => {
    const deaths = await everyDeath({
      world: () => {
        const fresh = createFakeWorld();
        askFor(fresh, 1);
        return fresh;
      },
      flow: (dying) => createCommands(dying.ports).carryOut(ask(1, reprovision, 'req-7')),
      async after(survived) {
        const done = await createCommands(survived.ports).carryOut(ask(1, reprovision, 'req-7'));
        assert.equal(done.kind, 'committed');
        assert.equal(specOf(1, survived).revision, 2);
      },
    });
    assert.ok(deaths >= 3, String(deaths));
  });
});

describe('several commands at once', () => {
  it('go in one push, each decided on the result of those before it', async () => {
    for (let n = 2; n <= 20; n += 1) askFor(world, n);
    world.calls.length = 0;
    const all = Array.from({ length: 20 }, (_, n) => commands.carryOut(ask(n + 1, stop)));
    const more = [reprovision, { command: 'start' }].map((one) => commands.carryOut(ask(1, one)));
    const done = await Promise.all([...all, ...more]);
    assert.ok(done.every(({ kind }) => kind === 'committed'));
    assert.equal(world.calls.filter((call) => call === 'state.push').length, 2);
    assert.deepEqual(
      [specOf(1).power, specOf(1).revision, specOf(20).power],
      ['running', 2, 'stopped'],
    );
  });

  it('more than fifty go in several pushes', async () => {
    for (let n = 2; n <= 61; n += 1) askFor(world, n);
    world.calls.length = 0;
    const all = Array.from({ length: 61 }, (_, n) => commands.carryOut(ask(n + 1, stop)));
    await Promise.all(all);
    // The first command is pushed alone; those that arrive meanwhile share the next push.
    assert.equal(world.calls.filter((call) => call === 'state.push').length, 3);
  });

  it('a result that the first command of a push makes out of date does not answer the second', async () => {
    askFor(world, 2);
    // The first is pushed alone; those that arrive meanwhile share the next push, which is lost.
    const alone = commands.carryOut(ask(2, stop));
    world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      nth: 2,
      run: () => {
        const by = { at: '2026-11-22T11:00:00Z', by: 'person', reason: 'abuse' } as const;
        edit(world, 1, { retired: by });
      },
    });
    const both = [stop, stop, { command: 'start' }].map((one) => commands.carryOut(ask(1, one)));
    const keyed = [reprovision, stop].map((one) => commands.carryOut(ask(1, one, 'req-9')));
    const done = await Promise.all([...both, ...keyed]);
    assert.deepEqual(
      done.map((one) => (one.kind === 'refused' ? one.reason : one.kind)),
      ['Retired', 'Retired', 'Retired', 'Retired', 'Retired'],
    );
    assert.equal((await alone).kind, 'committed');
  });

  it('one that fails by its own cause does not affect the others', async () => {
    bringUp(world, 2);
    world.git.add('status', {
      subject: 'broken',
      edits: { [agentPath(idNo(2))]: 'kind: AgentStatus\n' },
    });
    const failing = commands.carryOut(ask(2, reprovision));
    const fine = commands.carryOut(ask(1, stop));
    await assert.rejects(failing, { reason: 'UnexpectedAnswer', errorClass: 'stalled' });
    assert.equal((await fine).kind, 'committed');
  });

  it('start and stop, in any order and grouping: the last one counts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('start', 'stop'), fc.boolean()), { minLength: 1 }),
        async (steps) => {
          const fresh = createFakeWorld();
          askFor(fresh, 1);
          const asked = createCommands(fresh.ports);
          for (const [command, waits] of steps) {
            const done = asked.carryOut(ask(1, { command }));
            if (waits) await done;
          }
          await asked.carryOut(ask(1, { command: steps.at(-1)?.[0] }));
          const wanted = steps.at(-1)?.[0] === 'start' ? 'running' : 'stopped';
          assert.equal(specOf(1, fresh).power, wanted);
        },
      ),
      { seed: 11, numRuns: 30 },
    );
  });
});

describe('a proposal', () => {
  const decide = (text: string) => async () => {
    const edits = [{ path: agentPath(idNo(1)), text }];
    const draft = { subject: 's', body: 'b', trailers: [], edits };
    return { kind: 'write', draft, lost: null, notes: [] } as const;
  };
  const wanted = () => withPeopleFields(fileText(world, 1) ?? '', { power: 'stopped' });

  it('is one pull request, updated and not opened twice', async () => {
    const first = await proposeOne(world.ports, 'aura/stop/x', decide(wanted()));
    const again = await proposeOne(world.ports, 'aura/stop/x', decide(wanted()));
    assert.ok(first.kind === 'proposed' && again.kind === 'proposed');
    assert.deepEqual([again.url, world.forge.open().length], [first.url, 1]);
    const asking = () => world.git.history('aura/stop/x').slice(1 + count());
    assert.equal(asking().length, 1, 'what is so already is not committed again');
    world.git.add('aura/stop/x', { subject: 'A note', edits: { 'NOTES.md': 'x' } });
    await proposeOne(world.ports, 'aura/stop/x', decide(`${wanted()}# more\n`));
    assert.deepEqual(
      asking().map(({ subject }) => subject),
      ['s', 'A note', 's'],
    );
    assert.equal(specOf(1).power, 'running');
    world.forge.merge(1);
    assert.equal(specOf(1).power, 'stopped');
  });

  it('wherever the process died: one pull request, with the requested content', async () => {
    const text = wanted();
    await everyDeath({
      world: () => {
        const fresh = createFakeWorld();
        askFor(fresh, 1);
        return fresh;
      },
      flow: (dying) => proposeOne(dying.ports, 'aura/stop/x', decide(text)),
      async after(survived) {
        await proposeOne(survived.ports, 'aura/stop/x', decide(text));
        assert.equal(survived.forge.open().length, 1);
        survived.forge.merge(survived.forge.open()[0]?.number ?? 0);
        assert.equal(specOf(1, survived).power, 'stopped');
      },
    });
  });
});

describe('a revert', () => {
  const by = { by: 'Pat', reason: null };
  const revert = (commit: string) =>
    commitOne(world.ports, revertOnTip(world.ports, { ...by, agent: idNo(1), commit }));

  it('restores people’s fields and keeps later changes of other fields', async () => {
    const done = await commands.carryOut(ask(1, stop));
    edit(world, 1, { linkEpoch: 3 });
    assert.ok(done.kind === 'committed');
    const back = await revert(done.commit.slice(0, 10));
    assert.ok(back.kind === 'committed');
    assert.deepEqual([specOf(1).power, specOf(1).linkEpoch], ['running', 3]);
    assert.deepEqual(commits().at(-1)?.trailers, [
      ['Aura-Cause', 'revert'],
      ['Aura-Cites', done.commit],
    ]);
  });

  it('is decided again where the field changes at that moment', async () => {
    const done = await commands.carryOut(ask(1, reprovision));
    assert.ok(done.kind === 'committed');
    world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      run: () => void edit(world, 1, { revision: 3 }),
    });
    const back = await revert(done.commit);
    assert.ok(back.kind === 'refused' && back.reason === 'MovedOn');
    assert.equal(specOf(1).revision, 3);
  });

  it('of a commit that is not on main, or of an ambiguous name, is an error', async () => {
    await assert.rejects(revert('0000000'), { reason: 'NotFound' });
    await assert.rejects(revert(''), { reason: 'InvalidInput' });
  });
});
