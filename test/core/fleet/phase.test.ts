/** The phase of an agent, by its step, or by its file and its record. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { phaseAt, phaseOf, withPhase } from '../../../reconciler/core/fleet/phase.ts';
import {
  gaveUpReceipt,
  withoutGivenUp,
  withReceipts,
} from '../../../reconciler/core/fleet/receipts.ts';
import type { AgentRecord, Phase } from '../../../reconciler/core/fleet/recorded.ts';
import { at, attempt, fileNo, recordNo, unfinishedNo, without } from '../../builders/world.ts';

const off = { power: 'stopped' } as const;
const unpaid = { access: { state: 'suspended', since: at(-9) } } as const;
const retired = { retired: { at: at(-9), by: 'person', reason: 'enough' } } as const;
const nothing = without(recordNo(1, { everRunning: false }), 'server');
const powered = (power: 'on' | 'off') => {
  const record = recordNo(1);
  return { ...record, ...(record.server && { server: { ...record.server, power } }) };
};
const offUnfinished = (phase: Phase) => {
  const record = unfinishedNo(1, { phase });
  return {
    ...record,
    ...(record.server && { server: { ...record.server, power: 'off' as const } }),
  };
};
const lost = recordNo(1, { attempts: [attempt({ outcome: 'failed' })] });

type Case = readonly [
  what: string,
  phase: Phase,
  record: AgentRecord | null,
  spec?: Parameters<typeof fileNo>[1],
];
const cases: readonly Case[] = [
  ['nothing yet', 'queued', null],
  ['nothing yet, and not to run', 'stopped', null, off],
  ['nothing yet, and not paid for', 'suspended', nothing, unpaid],
  ['given up', 'failed', withReceipts(nothing, [gaveUpReceipt(1)])],
  [
    'given up as another revision',
    'queued',
    withReceipts(nothing, [gaveUpReceipt(1)]),
    { revision: 2 },
  ],
  ['a server that was taken for gone', 'queued', lost],
  ['the same, and not to run', 'stopped', lost, off],
  ['a server that never ran', 'creating', unfinishedNo(1, { phase: 'creating' })],
  ['the same, at its last step', 'joining', unfinishedNo(1, { phase: 'joining' })],
  ['the same, and not to run', 'stopping', unfinishedNo(1, { phase: 'creating' }), off],
  ['the same, and off as asked', 'stopped', offUnfinished('creating'), off],
  ['the same, and off as unpaid', 'suspended', offUnfinished('creating'), unpaid],
  ['the same, and to run again', 'queued', offUnfinished('stopped')],
  ['up', 'running', powered('on')],
  ['to be switched on', 'updating', powered('off')],
  ['to be switched off', 'stopping', powered('on'), off],
  ['off as asked', 'stopped', powered('off'), off],
  ['off as unpaid', 'suspended', powered('off'), unpaid],
  [
    'up, and never configured',
    'configuring',
    { ...without(recordNo(1), 'configured'), phase: 'queued' },
  ],
  ['up by a rebuilt record', 'running', without(recordNo(1), 'configured')],
  ['up, and never joined', 'joining', without(recordNo(1), 'tailnet')],
  ['retired', 'retiring', recordNo(1), retired],
  ['retired and gone', 'retired', { ...nothing, gone: at(-1) }, retired],
  ['gone, and it comes back', 'queued', { ...nothing, gone: at(-1) }],
];

describe('by file and record', () => {
  for (const [what, phase, record, spec] of cases)
    it(`${what}: ${phase}`, () => assert.equal(phaseOf(fileNo(1, spec), record), phase));

  it('a file that cannot be read: frozen', () => {
    const { id, path, oid } = fileNo(1);
    const file = { kind: 'invalid' as const, id, path, oid, problems: [] };
    assert.equal(phaseOf(file, recordNo(1)), 'frozen');
  });

  it('and by the conditions of a plan', () => {
    const found = { hasFailed: false, isDown: false };
    assert.equal(phaseOf(fileNo(1), recordNo(1), { ...found, isDown: true }), 'updating');
    assert.equal(phaseOf(fileNo(1), recordNo(1), { ...found, hasFailed: true }), 'failed');
  });
});

it('by the step of a run', () => {
  assert.equal(phaseAt('create', 'vm', 'queued'), 'creating');
  assert.equal(phaseAt('resume', 'configure', 'creating'), 'configuring');
  assert.equal(phaseAt('create', 'verify', 'configuring'), 'joining');
  assert.equal(phaseAt('resize', 'resize', 'running'), 'updating');
  assert.equal(phaseAt('retire', 'server', 'stopped'), 'retiring');
  for (const kind of ['power', 'rollback', 'giveUp'] as const)
    assert.equal(phaseAt(kind, 'power', 'stopped'), 'stopped');
});

it('a phase keeps the time at which it began', () => {
  const began = recordNo(1, { phase: 'running', phaseSince: at(-9) });
  assert.equal(withPhase(began, 'running', at(0)).phaseSince, at(-9));
  assert.equal(withPhase(began, 'stopping', at(0)).phaseSince, at(0));
  assert.equal(withPhase(without(began, 'phaseSince'), 'running', at(0)).phaseSince, at(0));
});

it('receipts are kept once, the newest of them stay, and a give-up can be undone', () => {
  const many = Array.from({ length: 60 }, (_, n) => `refunded/${n}`);
  const { receipts } = withReceipts(withReceipts(nothing, many), ['refunded/59', gaveUpReceipt(1)]);
  assert.equal(receipts.length, 50);
  assert.deepEqual(receipts.slice(-3), ['refunded/58', 'refunded/59', 'gave-up/1']);
  assert.deepEqual(withoutGivenUp({ ...nothing, receipts: ['gave-up/2', 'ended/2'] }).receipts, [
    'ended/2',
  ]);
});
