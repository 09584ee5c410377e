/** The customer's view of one agent: a golden view of each phase, and the sentences one by one. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Agent } from '../../../reconciler/core/agent/agent.ts';
import { type AgentRecord, newRecord } from '../../../reconciler/core/fleet/recorded.ts';
import {
  type AgentStatusInput,
  type AgentStatusView,
  agentStatus,
} from '../../../reconciler/core/status/agent-status.ts';
import { placesInQueue } from '../../../reconciler/core/status/place-in-queue.ts';
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
  unfinishedNo,
  without,
  worldOf,
} from '../../builders/world.ts';

type Spec = Partial<Agent['spec']>;
type Lease = NonNullable<AgentRecord['lease']>;
type Timings = NonNullable<AgentRecord['timings']>;

const steps = ['lease', 'vm', 'boot', 'configure', 'join', 'verify'] as const;

/** When each step up to `last` was entered, a minute each. */
function timingsTo(last: (typeof steps)[number]): Timings {
  return steps
    .slice(0, steps.indexOf(last) + 1)
    .map((step, minutes) => ({ step, at: at(minutes - 20) }));
}

function lease(change: Lease['change'], step: Lease['step']): Lease {
  return { run: 'run-1', runAttempt: 1, change, nonce, since: at(-20), until: at(40), step };
}

const running: Partial<AgentRecord> = {
  phaseSince: at(-480),
  timings: timingsTo('verify'),
  tailnet: { nodeId: 'node1', address: '100.64.0.1', name: 'agt.example.ts.net' },
  cost: { monthly: 5.5, currency: 'EUR' },
};
const fresh = newRecord(idNo(1), 'sub_Test1', 'cus_Test1');
const off = { ...recordNo(1).server, power: 'off' } as NonNullable<AgentRecord['server']>;
const condition = (type: string, reason: string) => ({
  type,
  status: 'True' as const,
  reason,
  message: 'create waits: at most 20 a run',
  since: at(-10),
});

function view(
  spec: Spec,
  record: AgentRecord | null,
  part: Partial<AgentStatusInput> = {},
): AgentStatusView {
  const file = fileNo(1, spec);
  const { records } = seenLongAgo(
    worldOf({ files: [file], records: record === null ? [] : [record] }),
  );
  const known = records[0] ?? null;
  const seen = agentStatus({
    id: idNo(1),
    place: null,
    fleet: null,
    file,
    record: known,
    policy: policyOf(),
    nowMs,
    ...part,
  });
  assert.ok(seen !== null);
  return seen;
}

/** What must never be visible, from any input. */
const inner = /sub_Test|cus_Test|run-1|node1|"1001"|abcdefghij012345|CANARY|create waits/;

function golden(t: TestContext, seen: AgentStatusView): void {
  assert.doesNotMatch(JSON.stringify(seen), inner);
  t.assert.snapshot(seen);
}

const retired: Agent['spec']['retired'] = { at: at(-30), by: 'stripe', reason: 'CANARY' };
const ended: Spec = { retired, access: { state: 'ended', since: at(-30) } };
const suspended: Spec = {
  access: { state: 'suspended', since: at(-60), issues: ['PaymentUnpaid'] },
};

describe('the golden view of each phase', () => {
  it('queued, before any run observed it', (t) => golden(t, view({}, null)));

  it('queued, waiting for its turn', (t) => {
    const record = {
      ...fresh,
      phaseSince: at(-10),
      conditions: [condition('Deferred', 'CreatesPerRun')],
    };
    golden(t, view({}, record, { place: { place: 3, waiting: 7 } }));
  });

  it('creating', (t) => {
    const { server: _, ...record } = unfinishedNo(1, {
      lease: lease('create', 'vm'),
      phaseSince: at(-20),
      timings: timingsTo('vm'),
    });
    golden(t, view({}, record));
  });

  it('configuring', (t) => {
    const part = { phase: 'configuring', lease: lease('create', 'configure') } as const;
    golden(t, view({}, unfinishedNo(1, { ...part, timings: timingsTo('configure') })));
  });

  it('joining', (t) => {
    const part = { phase: 'joining', lease: lease('resume', 'verify') } as const;
    golden(t, view({}, unfinishedNo(1, { ...part, timings: timingsTo('verify') })));
  });

  it('running', (t) => golden(t, view({}, recordNo(1, running))));

  it('updating', (t) => {
    const part = { phase: 'updating', lease: lease('configure', 'configure') } as const;
    golden(t, view({}, recordNo(1, { ...running, ...part })));
  });

  it('stopping', (t) =>
    golden(t, view({ power: 'stopped' }, recordNo(1, { ...running, phase: 'stopping' }))));

  it('stopped', (t) =>
    golden(
      t,
      view({ power: 'stopped' }, recordNo(1, { ...running, phase: 'stopped', server: off })),
    ));

  it('suspended', (t) =>
    golden(t, view(suspended, recordNo(1, { ...running, phase: 'suspended', server: off }))));

  it('retiring', (t) =>
    golden(t, view(ended, recordNo(1, { ...running, phase: 'retiring', server: off }))));

  it('retired', (t) => {
    const { server: _, tailnet: __, configured: ___, ...rest } = recordNo(1, running);
    const record = { ...rest, phase: 'retired', everRunning: false, gone: at(-1) } as const;
    golden(t, view(ended, record, { file: null }));
  });

  it('failed', (t) => {
    const record = unfinishedNo(1, {
      phase: 'failed',
      timings: timingsTo('configure'),
      attempts: [attempt({ message: 'CANARY' })],
      receipts: ['giveUp/1'],
    });
    golden(t, view({}, without(record, 'server')));
  });

  it('frozen', (t) => {
    const { path, oid } = fileNo(1);
    const problems = [{ path, line: 3, column: 5, field: 'spec.power', message: 'CANARY' }];
    const file = { kind: 'invalid' as const, id: idNo(1), path, oid, problems };
    golden(t, view({}, recordNo(1, { ...running, phase: 'frozen' }), { file }));
  });
});

describe('the steps', () => {
  const states = (seen: AgentStatusView) => seen.steps.map(({ state }) => state).join(' ');

  it('a failed attempt sets the step at which it ended', () => {
    const record = unfinishedNo(1, { phase: 'joining', attempts: [attempt({ step: 'join' })] });
    assert.equal(states(view({}, record)), 'done done done failed waiting');
  });

  it('a superseded attempt is no failure', () => {
    const outcome = 'superseded';
    const record = unfinishedNo(1, {
      phase: 'joining',
      attempts: [attempt({ step: 'join', outcome })],
    });
    assert.equal(states(view({}, record)), 'done done done current waiting');
  });

  it('after a rollback it is queued again', () => {
    const { server: _, ...record } = unfinishedNo(1, { phase: 'queued', attempts: [attempt()] });
    assert.equal(states(view({}, record)), 'current waiting waiting waiting waiting');
  });

  it('a fresh VM’s steps are its own, whatever happened to the attempts before', () => {
    const chosen = { ...recordNo(1).chosen, revision: 2 } as NonNullable<AgentRecord['chosen']>;
    const attempts = [attempt({ outcome: 'succeeded', step: 'verify' })];
    const record = unfinishedNo(1, { phase: 'configuring', chosen, attempts });
    assert.equal(states(view({ revision: 2 }, record)), 'done done current waiting waiting');
  });

  it('an agent that ran and is deleted has every step but the last', () => {
    const attempts = [attempt({ outcome: 'succeeded', step: 'verify' })];
    const record = unfinishedNo(1, { phase: 'retired', gone: at(-1), attempts });
    assert.equal(states(view(ended, record)), 'done done done done waiting');
  });

  it('a repair of a running agent does not return it to an earlier step', () => {
    const record = recordNo(1, { phase: 'updating', lease: lease('repair', 'configure') });
    assert.equal(states(view({}, record)), 'done done done done current');
  });

  it('a step that was not entered has no time, and a later revision none for its queue', () => {
    const record = unfinishedNo(1, { lease: lease('create', 'boot'), timings: timingsTo('boot') });
    const times = (spec: Spec) => view(spec, record).steps.map(({ at: time }) => time);
    assert.deepEqual(times({}), [at(-600), at(-20), undefined, undefined, undefined]);
    assert.equal(times({ revision: 2 })[0], undefined);
  });
});

describe('the sentence on what comes next', () => {
  const next = (spec: Spec, record: AgentRecord | null, part: Partial<AgentStatusInput> = {}) =>
    view(spec, record, part).next;
  const retrying = without(unfinishedNo(1, { phase: 'queued', attempts: [attempt()] }), 'server');

  it('has the time of the next attempt after a run that died, though its lease lasts', () => {
    const died = without(
      unfinishedNo(1, {
        phase: 'queued',
        lease: { ...lease('create', 'vm'), stepSince: at(-2) },
        conditions: [condition('Retrying', 'RetryLater')],
      }),
      'server',
    );
    assert.equal(
      next({}, died),
      'The first try did not work. The next one starts at 2026-11-22 12:03 UTC.',
    );
    assert.match(next({}, { ...died, conditions: [] }), /is being created/);
    assert.equal(view({}, died).steps.find(({ state }) => state === 'current')?.name, 'queued');
  });

  it('has the time of the next attempt', () => {
    assert.equal(
      next({}, retrying),
      'Your agent is next: its server is made within a few minutes.',
    );
    const late = { ...retrying, attempts: [attempt({ ended: at(-2) })] };
    assert.equal(
      next({}, late),
      'The first try did not work: its software could not be installed. The next one starts at 2026-11-22 12:03 UTC.',
    );
    const because = (reason: string) =>
      next({}, { ...retrying, attempts: [attempt({ ended: at(-2), reason })] });
    assert.match(
      because('CloudInitFailed'),
      /^The first try did not work: its server did not start /,
    );
    assert.match(because('UnitFailed'), /did not work: it was installed, but did not start\. /);
    assert.match(because('GateRefused'), /^The first try did not work\. /);
    const twice = { ...late, attempts: [attempt(), ...late.attempts] };
    assert.match(next({}, twice), /^The last try .* at 2026-11-22 12:28 UTC\.$/);
  });

  it('has no time where the policy cannot be read', () => {
    const late = { ...retrying, attempts: [attempt({ ended: at(-2) })] };
    assert.doesNotMatch(next({}, late, { policy: null }), /UTC/);
    assert.match(next(ended, recordNo(1), { policy: null }), /within 24 hours/);
    assert.doesNotMatch(next(suspended, recordNo(1), { policy: null }), /\d/);
  });

  it('of an isolated agent promises no deletion, and gives no reason', () => {
    const isolated = { reason: 'CANARY', since: at(-5) };
    for (const spec of [{ isolated }, { ...ended, isolated }, { ...suspended, isolated }]) {
      const said = next(spec, recordNo(1));
      assert.match(said, /agent is cut off from the network.*Nothing of it is deleted/);
      assert.doesNotMatch(said, inner);
    }
  });

  it('names who switched the agent off', () => {
    const off1 = recordNo(1, { server: off });
    const because = (issues: NonNullable<Agent['spec']['access']['issues']>, record = off1) =>
      next({ access: { state: 'suspended', since: at(-60), issues } }, record);
    assert.match(because(['PaymentPastDue']), /the last payment failed.* once it is paid/);
    assert.match(because(['CollectionPaused']), /is paused.* once it is resumed/);
    assert.match(because([]), /not active/);
    assert.match(because([], recordNo(1)), /^Your agent is being switched off/);
    assert.match(because(['PaymentUnpaid']), /deleted after 2026-12-06\.$/);
    assert.match(because(['PaymentIncomplete'], fresh), /once your first payment has arrived/);
  });

  it('has a phase that agrees with it, before a run has switched the agent off', () => {
    const phase = (spec: Spec, record: AgentRecord | null) => view(spec, record).phase;
    const stopped = { power: 'stopped' } as const;
    for (const spec of [suspended, stopped]) {
      assert.equal(phase(spec, recordNo(1)), 'stopping');
      assert.match(next(spec, recordNo(1)), /^Your agent is being switched off/);
      const made = unfinishedNo(1, { lease: lease('create', 'configure'), phase: 'configuring' });
      assert.equal(phase(spec, made), 'stopping', 'while it is being made');
    }
    assert.equal(phase(suspended, recordNo(1, { server: off })), 'suspended');
    assert.equal(phase(stopped, recordNo(1, { server: off })), 'stopped');
    const failed = without(recordNo(1, { phase: 'failed', everRunning: false }), 'server');
    assert.equal(phase(stopped, failed), 'stopped');
    assert.equal(phase({}, recordNo(1, { phase: 'stopped', server: off })), 'stopped');
  });

  it('has the reason and the time of a running agent’s end', () => {
    const access = { state: 'granted', since: at(-600), until: at(600) } as const;
    assert.equal(
      next({ access }, recordNo(1)),
      'Your subscription ends at 2026-11-22 22:00 UTC. Your agent runs until then.',
    );
    const unpaid = { ...access, issues: ['PaymentPastDue' as const] };
    assert.match(next({ access: unpaid }, recordNo(1)), /payment failed.*22:00 UTC; please pay/);
    const owing = { ...unpaid, owedSince: at(600 - 7 * 24 * 60) };
    assert.match(next({ access: owing }, recordNo(1)), /payment failed.*22:00 UTC; please pay/);
    const announced = { ...owing, owedSince: at(-600) };
    assert.match(next({ access: announced }, recordNo(1)), /^Your subscription ends at .*22:00/);
  });

  it('has the time of a retired agent’s end, and the hold that keeps it', () => {
    assert.match(next(ended, recordNo(1)), /at 2026-11-22 12:30 UTC\.$/);
    assert.match(next(ended, recordNo(1), { nowMs: nowMs + 3_600_000 }), /deleted now/);
    const hold = { reason: 'CANARY', since: at(-10), until: at(600) };
    assert.match(next({ ...ended, hold }, recordNo(1)), /our team keeps it for the moment\.$/);
    const byThem = { ...retired, by: 'customer' as const };
    assert.match(next({ retired: byThem }, recordNo(1)), /^As you asked/);
  });

  it('does not mention a hold that has expired, or was written for longer than allowed', () => {
    const word = (hold: NonNullable<Spec['hold']>) => next({ hold }, fresh);
    const reason = 'CANARY';
    assert.match(word({ reason, since: at(-10), until: at(10) }), /by hand/);
    assert.doesNotMatch(word({ reason, since: at(-20), until: at(-10) }), /by hand/);
    const tooLong = { reason, since: at(-8 * 1440), until: at(1440) };
    assert.doesNotMatch(word(tooLong), /by hand/);
  });

  it('has the reason of a waiting agent', () => {
    const waiting = (type: string, reason: string) =>
      next({}, { ...fresh, conditions: [condition(type, reason)] });
    assert.match(waiting('Paused', 'Stopped'), /paused for the moment/);
    assert.match(waiting('Deferred', 'Breaker'), /providers has a problem/);
    assert.equal(waiting('Deferred', 'CreatesPerRun'), 'Your agent is waiting for its turn.');
  });

  it('does not mention a pause to a customer whose agent runs', () => {
    const record = recordNo(1, { conditions: [condition('Paused', 'Stopped')] });
    assert.match(next({}, record), /^Your agent is running/);
  });
});

describe('what is not there', () => {
  it('an agent without file and record is unknown', () => {
    const nothing = { file: null, record: null, place: null, fleet: null };
    assert.equal(agentStatus({ id: idNo(1), ...nothing, policy: policyOf(), nowMs }), null);
  });

  it('a tombstone counts before the next run has seen it', () => {
    assert.equal(view(ended, recordNo(1)).phase, 'retiring');
    assert.equal(view(ended, null).phase, 'retiring');
  });

  it('a removed file is left to people', () => {
    const seen = view({}, recordNo(1), { file: null });
    assert.deepEqual([seen.plan, seen.region], ['starter', 'eu-central']);
    assert.match(seen.next, /^Our team is looking/);
    const back = recordNo(1, { phase: 'queued', gone: at(-9) });
    assert.equal(view({}, back, { file: null }).phase, 'retired', 'nothing was created again');
  });
});

describe('the place in the queue', () => {
  const waiting = (n: number, since: string, type = 'Deferred'): AgentRecord => ({
    ...newRecord(idNo(n), `sub_Test${n}`, `cus_Test${n}`),
    phaseSince: since,
    conditions: [condition(type, 'CreatesPerRun')],
  });
  const records = [waiting(1, at(-5)), waiting(2, at(-50)), waiting(3, at(-500), 'Paused')];

  it('is by the time waited, whatever the order of the records', () => {
    assert.deepEqual(placesInQueue(records).get(idNo(1)), { place: 2, waiting: 2 });
    assert.deepEqual(placesInQueue([...records].reverse()).get(idNo(2)), { place: 1, waiting: 2 });
  });

  it('exists only for those that wait', () => {
    assert.equal(placesInQueue(records).get(idNo(3)), undefined);
  });
});
