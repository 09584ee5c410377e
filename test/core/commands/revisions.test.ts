/** No revision is used twice, whichever command or revert asks for a fresh VM. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Agent, agentPath } from '../../../reconciler/core/agent/agent.ts';
import { parseAgentFile, renderAgent } from '../../../reconciler/core/agent/agent-file.ts';
import { decideCommand } from '../../../reconciler/core/commands/command.ts';
import { confirmation, parseCommand } from '../../../reconciler/core/commands/command-request.ts';
import { decideRevert } from '../../../reconciler/core/commands/revert.ts';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import { highestUsed, nextRevision } from '../../../reconciler/core/fleet/revisions.ts';
import {
  agentNo,
  at,
  attempt,
  catalogOf,
  idNo,
  nowMs,
  policyOf,
  recordNo,
  without,
} from '../../builders/world.ts';

type Spec = Partial<Agent['spec']>;
const path = agentPath(idNo(1));
const confirm = { confirm: confirmation };
const catalog = catalogOf();

/** A VM of that revision runs, in that place. */
function runs(revision: number, part: Partial<AgentRecord> = {}, location = 'fsn1'): AgentRecord {
  const region = location === 'ash' ? 'us-east' : 'eu-central';
  const chosen = { ...recordNo(1).chosen, revision, region, location } as NonNullable<
    AgentRecord['chosen']
  >;
  return recordNo(1, { chosen, ...part });
}
const noServer = (record: AgentRecord): AgentRecord => ({
  ...without(record, 'server'),
  everRunning: false,
});

function decided(request: object, spec: Spec, record: AgentRecord | null) {
  const parsed = parseCommand(request);
  assert.ok(parsed.ok);
  const file = { path, oid: '', text: renderAgent(agentNo(1, spec)) };
  const { command } = parsed;
  return decideCommand({ file, record, command, catalog, policy: policyOf(), nowMs });
}

function specIn(decision: ReturnType<typeof decideCommand>): Agent['spec'] {
  assert.ok(decision.kind === 'write', JSON.stringify(decision));
  const file = parseAgentFile({ path, oid: '', text: decision.text });
  assert.ok(file.kind === 'valid');
  return file.agent.spec;
}

const wrote = (request: object, spec: Spec, record: AgentRecord | null) =>
  specIn(decided(request, spec, record));

describe('the next revision', () => {
  it('is above the file, the choice, the attempts and every receipt', () => {
    assert.equal(nextRevision(4, null), 5);
    assert.equal(nextRevision(1, runs(2)), 3);
    assert.equal(nextRevision(1, runs(1, { attempts: [attempt({ revision: 6 })] })), 7);
    for (const receipt of ['gave-up/8', 'canceled/8', 'refunded/8/2026-11-22'])
      assert.equal(nextRevision(1, runs(2, { receipts: ['gave-up/3', receipt] })), 9, receipt);
    assert.equal(nextRevision(12, runs(2, { receipts: ['gave-up/3'] })), 13);
  });

  it('takes no number from a receipt that has none', () => {
    assert.equal(
      highestUsed(runs(2, { receipts: ['mailed', 'mailed/', 'mailed/x', 'a/1e999'] })),
      2,
    );
    assert.equal(highestUsed(null), 0);
  });
});

describe('reprovision, revert, reprovision again', () => {
  it('gives a revision that was never recorded', () => {
    const first = wrote({ command: 'reprovision', ...confirm }, {}, runs(1));
    assert.equal(first.revision, 2);
    const back = reverted({ before: {}, after: { revision: 2 }, tip: { revision: 2 } }, runs(2));
    assert.equal(back.spec.revision, 1);
    const second = wrote({ command: 'reprovision', ...confirm }, {}, runs(2));
    assert.equal(second.revision, 3);
  });
});

describe('retry', () => {
  it('uses a number above a revision that was given up earlier', () => {
    const record = noServer(runs(1, { receipts: ['gave-up/2', 'gave-up/1'] }));
    assert.equal(wrote({ command: 'retry' }, {}, record).revision, 3);
  });

  it('tries again what never ran, or is gone, though a server is still recorded', () => {
    const neverRan = runs(1, { receipts: ['gave-up/1'], everRunning: false });
    assert.equal(wrote({ command: 'retry' }, {}, neverRan).revision, 2);
    const create = {
      change: 'create',
      revision: 1,
      outcome: 'failed',
      reason: 'ApplyFailed',
    } as const;
    const giveUp = { change: 'giveUp', revision: 1, outcome: 'succeeded' } as const;
    const gone = runs(1, { receipts: ['gave-up/1'], attempts: [attempt(create), attempt(giveUp)] });
    assert.equal(wrote({ command: 'retry' }, {}, gone).revision, 2);
  });

  it('never destroys a VM that runs, whatever was given up before it', () => {
    const record = runs(2, { receipts: ['gave-up/1'] });
    const decision = decided({ command: 'retry' }, {}, record);
    assert.ok(decision.kind === 'unchanged');
    assert.match(decision.why, /server 1001 is there/);
  });
});

describe('region', () => {
  const here = { command: 'region', region: 'eu-central' };

  it('to the place in the file makes a fresh VM where the recorded one is elsewhere', () => {
    const moved = runs(2, {}, 'ash');
    const asked = decided(here, {}, moved);
    assert.ok(asked.kind === 'refused' && asked.reason === 'ConfirmationNeeded');
    assert.match(asked.lost ?? '', /server 1001/);
    const decision = decided({ ...here, ...confirm }, {}, moved);
    assert.deepEqual([specIn(decision).region, specIn(decision).revision], ['eu-central', 3]);
    assert.ok(decision.kind === 'write');
    assert.equal(
      decision.subject,
      'moved to eu-central from ash, where it was made, as revision 3',
    );
  });

  it('is unchanged where the VM is there, or will be created there', () => {
    for (const record of [null, runs(1), runs(1, {}, 'hel1'), noServer(runs(2, {}, 'ash'))])
      assert.equal(decided({ ...here, ...confirm }, {}, record).kind, 'unchanged');
  });

  it('is decided by the recorded choice where the catalog sells other places by now', () => {
    assert.equal(decided({ ...here, ...confirm }, {}, runs(1, {}, 'old1')).kind, 'unchanged');
  });

  it('is decided by the place where a region was renamed', () => {
    const record = runs(1);
    const chosen = { ...record.chosen, region: 'unknown' } as NonNullable<AgentRecord['chosen']>;
    assert.equal(decided({ ...here, ...confirm }, {}, { ...record, chosen }).kind, 'unchanged');
  });

  it('counts a choice that the next create would use again', () => {
    const record = noServer(runs(1, {}, 'ash'));
    assert.equal(wrote({ ...here, ...confirm }, {}, record).revision, 2);
  });

  it('of a file with an unknown region does not crash', () => {
    const odd: Spec = { region: 'constructor' };
    const decision = decided(
      { command: 'region', region: 'constructor', ...confirm },
      odd,
      runs(1),
    );
    assert.ok(decision.kind === 'refused' && decision.reason === 'NotSold');
  });

  it('elsewhere uses a number above what was used there before', () => {
    const record = runs(1, { attempts: [attempt({ revision: 4 })] });
    const spec = wrote({ command: 'region', region: 'us-east', ...confirm }, {}, record);
    assert.deepEqual([spec.region, spec.revision], ['us-east', 5]);
  });
});

it('restore of a gone agent uses a number above every revision that was tried', () => {
  const destroyed = [{ at: at(-2), server: '1001', kind: 'retire' as const }];
  const record = noServer(runs(3, { destroyed }));
  const retired = { at: at(-10), by: 'person', reason: 'a mistake' } as const;
  assert.equal(wrote({ command: 'restore' }, { retired }, record).revision, 4);
});

type Case = { readonly before: Spec; readonly after: Spec; readonly tip: Spec };

function reverted({ before, after, tip }: Case, record: AgentRecord | null) {
  const text = (spec: Spec) => renderAgent(agentNo(1, spec));
  const decision = decideRevert({
    path,
    commit: 'c'.repeat(40),
    own: false,
    before: text(before),
    after: text(after),
    tip: { path, oid: '', text: text(tip) },
    record,
    nowMs,
  });
  assert.ok(decision.kind === 'write', JSON.stringify(decision));
  return { ...decision, spec: specIn(decision) };
}

describe('a revert that raises the revision', () => {
  const back: Case = { before: { revision: 2 }, after: {}, tip: {} };

  it('keeps a VM that was created as that revision', () => {
    const { spec, lost, notes } = reverted(back, runs(2));
    assert.deepEqual([spec.revision, lost], [2, null]);
    assert.match(notes.join(), /runs now stays as it is/);
  });

  it('keeps a VM that was created as a later one', () => {
    assert.deepEqual(
      [reverted(back, runs(3)).spec.revision, reverted(back, runs(3)).lost],
      [2, null],
    );
  });

  it('uses the number that was asked for where it was never used', () => {
    const { spec, lost, notes } = reverted(back, runs(1));
    assert.equal(spec.revision, 2);
    assert.match(`${lost} ${notes.join()}`, /server 1001 .* a fresh VM is made as revision 2/);
  });

  it('uses a new one where it was used, and names what is destroyed', () => {
    const record = runs(1, { attempts: [attempt({ revision: 2 })], receipts: ['gave-up/2'] });
    const { spec, lost, notes } = reverted(back, record);
    assert.equal(spec.revision, 3);
    assert.match(`${lost} ${notes.join()}`, /server 1001 .* a fresh VM is made as revision 3/);
    assert.equal(reverted(back, noServer(runs(2))).spec.revision, 3);
  });
});

describe('a revert that lowers the revision', () => {
  it('names the place of the VM of a reverted move', () => {
    const moved: Spec = { region: 'us-east', revision: 2 };
    const { spec, notes } = reverted({ before: {}, after: moved, tip: moved }, runs(2, {}, 'ash'));
    assert.deepEqual([spec.region, spec.revision], ['eu-central', 1]);
    assert.match(notes.join(), /its VM stays in ash: `region eu-central` makes a fresh one there/);
    const notDone = reverted({ before: {}, after: moved, tip: moved }, runs(1));
    assert.doesNotMatch(notDone.notes.join(), /stays in/);
    const other = { before: {}, after: { power: 'stopped' }, tip: { power: 'stopped' } } as const;
    assert.deepEqual(reverted(other, runs(1, {}, 'ash')).notes, []);
  });
});

it('a revert of a tombstone whose server is gone asks for a new revision', () => {
  const retired = { at: at(-10), by: 'person', reason: 'a mistake' } as const;
  const destroyed = [{ at: at(-2), server: '1001', kind: 'retire' as const }];
  const one = { before: {}, after: { retired }, tip: { retired } };
  const { spec, lost, notes } = reverted(one, noServer(runs(2, { destroyed })));
  assert.deepEqual([spec.retired, spec.revision], [undefined, 3]);
  assert.match(`${lost} ${notes.join()}`, /gone since .* a new VM is made as revision 3/);
  assert.equal(reverted(one, runs(2)).spec.revision, 1, 'where nothing was destroyed it stays');
});
