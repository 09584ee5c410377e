/** The status for a customer who pays late, or pays for an agent that a person has retired. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Agent, Retired } from '../../../reconciler/core/agent/agent.ts';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import {
  type AgentStatusInput,
  agentStatus,
} from '../../../reconciler/core/status/agent-status.ts';
import { gone as goneRecord, statusAfter } from '../../../reconciler/core/status/status.ts';
import {
  at,
  attempt,
  fileNo,
  idNo,
  nonce,
  nowMs,
  policyOf,
  recordNo,
  seenLongAgo,
  without,
  worldOf,
} from '../../builders/world.ts';

type Spec = Partial<Agent['spec']>;
const unpaid: Spec = {
  access: { state: 'suspended', since: at(-15 * 1440), issues: ['PaymentUnpaid'] },
};
const tombstone = (by: Retired['by'], minutes = -30): Retired => {
  return { at: at(minutes), by, reason: 'CANARY' };
};
const off = recordNo(1, {
  phase: 'suspended',
  attempts: [attempt({ outcome: 'succeeded', step: 'verify' })],
  server: { id: '1001', nonce, created: at(-500), power: 'off' },
});
const gone = goneRecord(off, at(-1), fileNo(1).oid) ?? assert.fail();

function view(spec: Spec, record: AgentRecord, part: Partial<AgentStatusInput> = {}) {
  const file = fileNo(1, spec);
  const { records } = seenLongAgo(worldOf({ files: [file], records: [record] }));
  const input = {
    id: idNo(1),
    file,
    record: records[0] ?? record,
    place: null,
    fleet: null,
    policy: policyOf(),
    nowMs,
    ...part,
  };
  const seen = agentStatus(input) ?? assert.fail();
  assert.doesNotMatch(JSON.stringify(seen), /CANARY/);
  return seen;
}
const next = (...of: Parameters<typeof view>) => view(...of).next;

describe('suspended for too long', () => {
  const retired = tombstone('finalize');

  it('has the time of the deletion, the reason, and what prevents it', () => {
    assert.equal(
      next({ ...unpaid, retired }, off),
      'Your agent is going to be deleted, with its data, at 2026-11-22 12:30 UTC, because the last ' +
        'payment failed. It is kept if it is paid before then.',
    );
    const disputed: Spec = {
      access: { state: 'suspended', since: at(-9000), issues: ['PaymentDisputed'] },
    };
    assert.match(
      next({ ...disputed, retired }, off, { policy: null }),
      /within 24 hours, because a payment of yours is disputed. It is kept if that is resolved before/,
    );
    assert.match(
      next({ ...unpaid, retired: tombstone('finalize', -61) }, off),
      /being deleted now/,
    );
  });

  it('and paid, while the tombstone is still there: it is kept', () => {
    assert.match(next({ retired }, off), /active again, and your agent is kept/);
  });

  it('also where Stripe had ended it and a payment is missing again', () => {
    const byStripe: Spec = { ...unpaid, retired: tombstone('stripe') };
    assert.match(next(byStripe, off), /^Your agent is switched off because .* once it is paid;/);
    assert.match(
      next(byStripe, gone),
      /^Your agent has been deleted because .* once it is paid\.$/,
    );
  });

  it('and paid in time: it is started', () => {
    assert.match(next({}, off), /^Your agent is started within a few minutes/);
  });

  it('and paid during the deletion: it is not reported as being updated', () => {
    const lease = {
      run: 'run-1',
      runAttempt: 1,
      change: 'retire',
      nonce,
      since: at(-1),
      until: at(60),
      step: 'server',
    } as const;
    assert.match(next({}, { ...off, lease }), /was about to be deleted. That is being stopped/);
  });

  it('and deleted: the reason, and that a payment makes a new one', () => {
    const seen = view({ ...unpaid, retired }, gone);
    assert.equal(seen.phase, 'retired');
    assert.equal(
      seen.next,
      'Your agent has been deleted because the last payment failed. Nothing of it is left. A new ' +
        'one is created automatically once it is paid.',
    );
    assert.match(
      next({ retired }, gone),
      /active again. A new server is created .* old one is gone/,
    );
  });

  it('and paid after the deletion: queued again, and its data is gone', () => {
    const seen = view({}, gone);
    assert.equal(seen.phase, 'queued');
    assert.deepEqual(
      seen.steps.map(({ state }) => state),
      ['current', 'waiting', 'waiting', 'waiting', 'waiting'],
    );
    assert.equal(seen.steps[0]?.at, undefined);
    assert.match(seen.next, /^A new server is made .* What was on the old one is gone\.$/);
  });

  it('and paid and unpaid again after that: what a payment brings', () => {
    const seen = view(unpaid, gone);
    assert.equal(seen.phase, 'suspended');
    assert.match(seen.next, /^Your agent has been deleted because .* once it is paid\.$/);
    assert.match(next({ power: 'stopped' }, gone), /Its server is made when you start it/);
  });
});

describe('paid for, and retired anyway', () => {
  const reassured = /Your subscription is active anyway; our team looks into it\.$/;

  it('reports that our team has been informed', () => {
    const held = { reason: 'x', since: at(-10), until: at(600) };
    assert.match(next({ retired: tombstone('person') }, off), reassured);
    assert.match(next({ retired: tombstone('person', -90) }, off), reassured);
    assert.match(next({ retired: tombstone('person'), hold: held }, off), reassured);
    assert.match(next({ retired: tombstone('person') }, gone), reassured);
  });

  it('also where its customer paid after canceling, and not where they cancel', () => {
    const lately: Spec = { access: { state: 'granted', since: at(-2) } };
    assert.match(next({ ...lately, retired: tombstone('customer') }, off), reassured);
    assert.match(next({ retired: tombstone('customer') }, off), /^As you asked, .* UTC\.$/);
    assert.match(next({ ...unpaid, retired: tombstone('person') }, off), /12:30 UTC\.$/);
    const after = next({ retired: tombstone('customer') }, gone);
    assert.equal(after, 'Your agent has been deleted. Nothing of it is left.');
  });
});

describe('the record', () => {
  it('of a gone agent drops its failures, and keeps what limits and breakers count', () => {
    const attempts = [
      attempt({ outcome: 'succeeded' }),
      attempt(),
      attempt({ scope: 'fleet', reason: 'ResourceUnavailable' }),
    ];
    const destroyed = [{ at: at(-2), server: '1001', kind: 'retire' as const }];
    const receipts = ['gave-up/1', 'canceled/1', 'refunded/1/2026-11-22'];
    const record = goneRecord({ ...off, attempts, receipts, destroyed }, at(0), fileNo(1).oid);
    assert.deepEqual(record?.attempts, [attempts[0], attempts[2]]);
    assert.deepEqual(record?.receipts, ['canceled/1', 'refunded/1/2026-11-22']);
    assert.deepEqual(record?.destroyed, destroyed);
  });

  it('of a restored agent is not retired any more, of one that stays gone it is', () => {
    const phaseOf = (spec: Spec) => statusAfter(fileNo(1, spec), gone, undefined, nowMs)?.phase;
    assert.equal(phaseOf({}), 'queued');
    assert.equal(phaseOf(unpaid), 'suspended');
    assert.equal(phaseOf({ power: 'stopped' }), 'stopped');
    const stays = [
      { retired: tombstone('person') },
      { access: { state: 'ended' as const, since: at(-60) } },
    ];
    for (const spec of stays) assert.equal(phaseOf(spec) ?? gone.phase, 'retired');
  });

  it('whose phase has changed is shown as it is', () => {
    const queued = { ...without(gone, 'server'), phase: 'failed' as const };
    assert.equal(view({}, queued).phase, 'failed');
  });
});
