/** The details of a customer's view: estimate, trouble, size, cost, and what is deleted when. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Agent } from '../../../reconciler/core/agent/agent.ts';
import { newFleetRecord } from '../../../reconciler/core/fleet/fleet-record.ts';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import {
  type AgentStatusInput,
  agentStatus,
} from '../../../reconciler/core/status/agent-status.ts';
import {
  at,
  attempt,
  fileNo,
  idNo,
  nonce,
  nowMs,
  policyOf,
  recordNo,
  unfinishedNo,
} from '../../builders/world.ts';

const fleet = {
  ...newFleetRecord({}),
  provisions: {
    'eu-central': [100, 140].map((seconds) => ({ at: at(-60), agent: idNo(9), seconds })),
  },
  prices: {
    at: at(-600),
    currency: 'EUR',
    ipv4: {},
    types: { cpx12: { diskGb: 40, memoryGb: 4, architecture: 'x86', monthly: {} } },
  },
};

function view(record: AgentRecord | null, part: Partial<AgentStatusInput> = {}) {
  const input = { id: idNo(1), file: fileNo(1), record, place: null, policy: policyOf(), fleet };
  return agentStatus({ ...input, nowMs, ...part }) ?? assert.fail();
}

const leased = (change: 'create' | 'configure', since: string) =>
  unfinishedNo(1, {
    lease: {
      ...{ run: 'run-1', runAttempt: 1, change, nonce, since, until: at(40) },
      step: 'configure',
    },
  });

describe('the estimate', () => {
  it('counts what creates in the region took from the start of the work', () => {
    const { estimate } = view(leased('create', at(-1)));
    assert.deepEqual(estimate, { at: at(1), isOverdue: false });
    assert.deepEqual(view(leased('create', at(-3))).estimate, { at: at(-1), isOverdue: true });
  });

  it('is missing where nothing is made, or nothing was ever made there', () => {
    const record = leased('create', at(-1));
    const seen = [
      view(leased('configure', at(-1))),
      view(recordNo(1)),
      view(record, { fleet: null }),
      view({ ...record, chosen: { ...recordNo(1).chosen, region: 'us-east' } } as AgentRecord),
    ];
    assert.deepEqual(
      seen.map(({ estimate }) => estimate),
      [null, null, null, null],
    );
  });
});

describe('trouble', () => {
  it('has the cause and the time of the next try', () => {
    const { trouble } = view(unfinishedNo(1, { attempts: [attempt({ ended: at(-1) })] }));
    assert.deepEqual(trouble, {
      what: 'The first try did not work: its software could not be installed.',
      retryAt: at(4),
      isRefunded: false,
    });
  });

  it('has no time while a run works on it, or once it is due', () => {
    const attempts = [attempt({ ended: at(-1) })];
    const again = { ...leased('create', at(0)), attempts };
    assert.equal(view(again).trouble?.retryAt, null);
    assert.equal(view(unfinishedNo(1, { attempts: [attempt()] })).trouble?.retryAt, null);
  });

  it('mentions a refund once it was made', () => {
    const failed = unfinishedNo(1, { phase: 'failed', attempts: [attempt()] });
    type State = NonNullable<AgentRecord['refunds']>[number]['state'];
    const refunded = (state: State) => {
      const refund = { cause: 'gaveUp', revision: 1, asked: at(-1), state } as const;
      return view({ ...failed, refunds: [refund] }).trouble?.isRefunded;
    };
    assert.equal(view(failed).trouble?.isRefunded, false);
    const states = ['asked', 'pending', 'failed', 'succeeded', 'handled'] as const;
    assert.deepEqual(states.map(refunded), [false, false, false, true, true]);
  });

  it('is none of an agent that ran, or of another revision', () => {
    assert.equal(view(recordNo(1, { attempts: [attempt()] })).trouble, null);
    const other = unfinishedNo(1, { attempts: [attempt({ revision: 2 })] });
    assert.equal(view(other).trouble, null);
  });
});

describe('cost and size', () => {
  const record = recordNo(1, { cost: { monthly: 5.5, currency: 'EUR' } });

  it('the cost is shown where the policy says so, and not without a policy', () => {
    assert.deepEqual(view(record).cost, { monthly: 5.5, currency: 'EUR' });
    const hidden = policyOf('status: {showCost: false}\n');
    assert.equal(view(record, { policy: hidden }).cost, null);
    assert.equal(view(record, { policy: null }).cost, null);
  });

  it('the size is as in the price list', () => {
    const { memoryGb, diskGb } = view(record).server ?? assert.fail();
    assert.deepEqual([memoryGb, diskGb], [4, 40]);
  });
});

describe('deletion', () => {
  type Access = Agent['spec']['access'];
  const suspended: Access = { state: 'suspended', since: at(-60) };

  it('of a suspended agent is due after the longest suspension, if it has a server', () => {
    const file = fileNo(1, { access: suspended });
    const due = new Date(nowMs - 3_600_000 + 14 * 86_400_000).toISOString();
    assert.equal(view(recordNo(1), { file }).deletedAt, due);
    assert.equal(view(null, { file }).deletedAt, null);
    assert.equal(view(recordNo(1)).deletedAt, null);
    const isolated = { reason: 'a report', since: at(-5) };
    const kept = fileNo(1, { access: suspended, isolated });
    assert.equal(view(recordNo(1), { file: kept }).deletedAt, null);
  });

  it('a fresh server is explained only to those who have one to lose', () => {
    assert.match(view(recordNo(1)).reprovisionLoses ?? '', /deletes this one with all data/);
    assert.equal(view(unfinishedNo(1)).reprovisionLoses, null);
    assert.equal(view(null).reprovisionLoses, null);
  });
});
