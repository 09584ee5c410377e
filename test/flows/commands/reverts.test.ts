/** Which commits a revert takes for the creation of a file, and which for a removal by finalize. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { revertOnTip } from '../../../reconciler/flows/commands/reverts.ts';
import { isOwnRemoval } from '../../../reconciler/flows/shared/read-removal.ts';
import type { CommitDraft } from '../../../reconciler/ports/desired-state.ts';
import { at, idNo, recordNo } from '../../builders/world.ts';
import { askFor, edit, fileText, writeRecord } from '../../fakes/agents.ts';
import { oidOf } from '../../fakes/git.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

let world: FakeWorld;
const path = agentPath(idNo(1));

beforeEach(() => {
  world = createFakeWorld();
  askFor(world, 1);
});

async function reverted(commit: string, scannedMax?: number) {
  const main = (await world.ports.state.fetch('main')) ?? assert.fail();
  const ask = { by: 'Pat', reason: null, agent: idNo(1), commit };
  return revertOnTip(world.ports, ask, scannedMax)(main);
}

const textOf = ({ draft }: { readonly draft: CommitDraft }) => draft.edits[0]?.text;

function removed(cause: string | null): string {
  return world.git.add('main', {
    subject: 'removed',
    ...(cause === null ? {} : { trailers: [['Aura-Cause', cause]] as const }),
    edits: { [path]: null },
  });
}

describe('a commit at the end of the searched history', () => {
  it('is one that changed the file, not the one that created it', async () => {
    const before = fileText(world, 1);
    edit(world, 1, { power: 'stopped' });
    const commit = world.git.tip('main')?.id ?? '';
    for (let n = 0; n < 4; n += 1) world.git.commit('Notes', { 'README.md': `${n}\n` });
    const decision = await reverted(commit, 5);
    assert.ok(decision.kind === 'write' && textOf(decision) === before, JSON.stringify(decision));
  });

  it('is not found beyond that end', async () => {
    edit(world, 1, { power: 'stopped' });
    const commit = world.git.tip('main')?.id ?? '';
    for (let n = 0; n < 5; n += 1) world.git.commit('Notes', { 'README.md': `${n}\n` });
    await assert.rejects(reverted(commit, 5), { reason: 'NotFound' });
  });

  it('is a creation where it is the first commit of all', async () => {
    const first = world.git.history('main')[0]?.id ?? '';
    const decision = await reverted(first, world.git.history('main').length);
    assert.deepEqual(decision.kind, 'unchanged', JSON.stringify(decision));
  });
});

describe('a removal whose trailer names finalize', () => {
  it('is refused where the record was gone with that content', async () => {
    writeRecord(world, recordNo(1, { gone: at(-1), observedOid: oidOf(fileText(world, 1) ?? '') }));
    const decision = await reverted(removed('finalized'));
    assert.ok(decision.kind === 'refused' && decision.reason === 'Finalized');
  });

  it('is reverted where no record was gone: a title of a pull request can carry a trailer', async () => {
    writeRecord(world, recordNo(1));
    const text = fileText(world, 1);
    const decision = await reverted(removed('finalized'));
    assert.ok(decision.kind === 'write' && textOf(decision) === text, JSON.stringify(decision));
  });

  const own = async (cause: string | null = 'finalized') => {
    const text = fileText(world, 1);
    removed(cause);
    return isOwnRemoval(world.ports.state, { path, cause, text });
  };
  const gone = () => recordNo(1, { gone: at(-1), observedOid: oidOf(fileText(world, 1) ?? '') });

  it('counts where the record became gone since, or has changed since', async () => {
    writeRecord(world, gone());
    writeRecord(world, recordNo(1));
    world.git.add('status', { subject: 'its record goes', edits: { [path]: null } });
    assert.equal(await own(), true);
  });

  it('does not count where the record was gone with another content, or the branch is missing', async () => {
    writeRecord(world, gone());
    edit(world, 1, { power: 'stopped' });
    assert.equal(await own(), false);
    world.git.branches.delete('status');
    world.restart();
    assert.equal(await own(), false);
  });

  it('does not count without the trailer, and then nothing is read', async () => {
    writeRecord(world, gone());
    const fault = world.fault({ port: 'state', method: 'log', kind: 'fail', times: 9 });
    assert.deepEqual([await own(null), fault.fired], [false, 0]);
  });
});
