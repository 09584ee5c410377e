/** A record of branch `status` as text and back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import {
  parseRecordFile,
  renderRecord,
  withTextsCut,
} from '../../../reconciler/core/fleet/record-file.ts';
import {
  type AgentRecord,
  effectHash,
  newRecord,
} from '../../../reconciler/core/fleet/recorded.ts';
import { at, attempt, idNo, nonce, recordNo, unfinishedNo } from '../../builders/world.ts';

const path = agentPath(idNo(1));
const busy: AgentRecord = {
  ...recordNo(1),
  phaseSince: at(-3),
  observedOid: 'c'.repeat(40),
  conditions: [
    {
      type: 'Ready',
      status: 'False',
      reason: 'ConfigureFailed',
      message: 'a task failed: "apt: lock #3" isn’t free\n  second line: yes',
      since: at(-3),
    },
  ],
  lease: {
    run: '17',
    runAttempt: 1,
    change: 'repair',
    nonce,
    since: at(-1),
    until: at(60),
    step: 'repair',
  },
  attempts: [attempt({ runAttempt: 2, message: '${HOME} is %{literal} text' })],
  destroyed: [{ at: at(-9000), server: '77', kind: 'rollback', approval: 'approvals/x.yaml' }],
  receipts: ['refund/1', 'failed/1'],
  cost: { monthly: 5.5, currency: 'EUR' },
  timings: [{ step: 'vm', at: at(-20) }],
};

describe('a record', () => {
  it('is read as it was written', () => {
    for (const record of [newRecord(idNo(1), 'sub_Test1', 'cus_Test1'), unfinishedNo(1), busy]) {
      const file = parseRecordFile({ path, text: renderRecord(record) });
      assert.deepEqual(file, { kind: 'valid', id: idNo(1), path, record });
    }
  });

  it('has its keys in reading order, whatever order they came in', (t) => {
    const reversed = Object.fromEntries(Object.entries(busy).reverse()) as AgentRecord;
    assert.equal(renderRecord(reversed), renderRecord(busy));
    t.assert.snapshot(renderRecord(busy), { serializers: [String] });
  });

  it('can be written with any text: cut to length, and no half of a character left', () => {
    const long = `${'x'.repeat(999)}${'😀'.repeat(600)}\ud800\u0000\u2028 end`;
    const [condition] = busy.conditions;
    assert.ok(condition !== undefined);
    const receipts: AgentRecord = {
      ...busy,
      conditions: [{ ...condition, message: long }],
      attempts: [attempt({ message: long }), attempt({ message: '\udfff' })],
      atStripe: { since: at(0), tried: at(0), message: long },
    };
    const record = withTextsCut(receipts);
    const bytes = Buffer.from(renderRecord(record));
    const file = parseRecordFile({ path, text: bytes.toString() });
    assert.deepEqual(file, { kind: 'valid', id: idNo(1), path, record });
    assert.equal(record.conditions[0]?.message.length, 999);
    assert.equal(withTextsCut(record), record, 'nothing is left to cut');
    assert.equal(withTextsCut(busy), busy);
  });

  it('loses no field when it is written and read', () => {
    const gone = { ...busy, hostKey: 'ssh-ed25519 AAAA', gone: at(-1) };
    const file = parseRecordFile({ path, text: renderRecord(gone) });
    assert.equal(file.kind, 'valid');
    assert.deepEqual(file.kind === 'valid' && file.record, gone);
  });

  it('is another basis once a later attempt of the same run has leased it', () => {
    const { lease } = busy;
    assert.ok(lease !== undefined);
    const by = (runAttempt: number) => ({ ...busy, lease: { ...lease, runAttempt } });
    assert.notEqual(effectHash(by(2)), effectHash(busy));
    assert.notEqual(effectHash(by(2)), effectHash(by(3)));
    assert.equal(effectHash(by(1)), effectHash(busy));
  });

  it('of another agent than its path names is no record', () => {
    const text = renderRecord(recordNo(2));
    const file = parseRecordFile({ path, text });
    assert.deepEqual(file, {
      kind: 'invalid',
      id: idNo(1),
      path,
      why: `${path}: holds the record of ${idNo(2)}`,
    });
    assert.equal(parseRecordFile({ path: 'fleet.yaml', text }).kind, 'invalid');
  });

  it('that cannot be read has a reason, with its line', () => {
    const text = renderRecord(recordNo(1)).replace('phase: running', 'phase: dancing');
    const file = parseRecordFile({ path, text });
    assert.equal(file.kind, 'invalid');
    assert.match(
      file.kind === 'invalid' ? file.why : '',
      /\.yaml:6:1: phase must be one of queued/,
    );
  });
});
