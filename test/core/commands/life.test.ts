/** The life of an agent, read from versions of its file and its record. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentIdOf } from '../../../reconciler/core/agent/agent.ts';
import { agentExample } from '../../../reconciler/core/agent/agent-file.ts';
import { bodyOf, causeOf } from '../../../reconciler/core/commands/commit-body.ts';
import type { FileVersion, LogEntry } from '../../../reconciler/core/commands/history.ts';
import { createLife, type LifeEntry } from '../../../reconciler/core/commands/life.ts';
import { Failure } from '../../../reconciler/core/failure.ts';
import {
  atStep,
  crashed,
  failed,
  leased,
  succeeded,
} from '../../../reconciler/core/fleet/progress.ts';
import { renderRecord } from '../../../reconciler/core/fleet/record-file.ts';
import { type AgentRecord, newRecord } from '../../../reconciler/core/fleet/recorded.ts';

const id = agentIdOf('sub_1PxExample');
const first = newRecord(id, 'sub_1PxExample', 'cus_Q2Example');
const startMs = Date.parse('2026-11-22T05:00:00Z');
const at = (seconds: number) => new Date(startMs + seconds * 1000).toISOString();

let commits = 0;
function commit(seconds: number, part: Partial<LogEntry> = {}): LogEntry {
  commits += 1;
  const named = { commit: `c${commits}`, author: 'Aura', subject: `subject ${commits}` };
  return { ...named, at: at(seconds), body: '', trailers: [], paths: [], ...part };
}
const version = (seconds: number, record: AgentRecord | string | null): FileVersion => ({
  commit: commit(seconds),
  text: typeof record === 'object' && record !== null ? renderRecord(record) : record,
});

function lifeOf(records: readonly FileVersion[], files: readonly FileVersion[] = []) {
  const life = createLife(id);
  for (const one of files) life.file(one);
  for (const one of records) life.record(one);
  return life.entries();
}

const lease = (run: string, change: 'create' | 'power' = 'create') => ({
  run,
  runAttempt: 1,
  change,
  plan: 'abcdef012345',
  nonce: 'abcdefghij012345',
});
const began = (record: AgentRecord, run: string, seconds: number, change?: 'power') =>
  leased(record, lease(run, change), startMs + seconds * 1000, 60_000);

/** What matters of an entry, in few words. */
function brief(entry: LifeEntry): string {
  if (entry.kind === 'decision') return `${entry.who}: ${entry.subject}`;
  if (entry.kind === 'record')
    return entry.differences.map(({ field, from, to }) => `${field} ${from}>${to}`).join(' ');
  const { change, outcome, run, steps, reason } = entry;
  const took = steps.map(({ step, seconds }) => `${step} ${seconds}`).join(' ');
  return [change, outcome, run, `(${took})`, reason ?? ''].join(' ').trim();
}

describe('the work of a lease', () => {
  test('is one entry from its first commit to its result, with all steps and changes', () => {
    const leasedAt = began(first, 'run-1', 0);
    const onServer = {
      ...leasedAt,
      server: { id: '7', nonce: 'abcdefghij012345', created: at(9) },
    };
    const configuring = atStep(atStep(onServer, 'vm', at(1)), 'configure', at(31));
    const done = succeeded(atStep(configuring, 'verify', at(40)), at(61));
    const entries = lifeOf([version(0, leasedAt), version(31, configuring), version(61, done)]);
    assert.deepEqual(entries.map(brief), [
      'create succeeded run-1 (lease 1 vm 30 configure 9 verify 21)',
    ]);
    const [work] = entries;
    assert.ok(work?.kind === 'work');
    assert.deepEqual([work.plan, work.ended, work.at], ['abcdef012345', at(61), at(0)]);
    assert.deepEqual(work.differences, [
      { field: 'phase', from: null, to: 'running' },
      { field: 'server', from: null, to: '7' },
    ]);
  });

  test('that failed has the reason; the next one is another entry', () => {
    const tried = began(first, 'run-1', 0);
    const lost = failed(tried, new Failure('BootTimeout', 'no answer'), at(10));
    const again = succeeded(began(lost, 'run-2', 20), at(30));
    const entries = lifeOf([version(0, tried), version(10, lost), version(30, again)]);
    assert.deepEqual(entries.map(brief), [
      'create failed run-1 (lease 10) BootTimeout',
      // The lease and its result came in one commit.
      'create succeeded run-2 (lease 10)',
    ]);
  });

  test('that another run took over has ended as the taker recorded it', () => {
    const tried = began(first, 'run-1', 0);
    const taken = began(crashed(tried, false), 'run-2', 100);
    const done = succeeded(taken, at(130));
    const entries = lifeOf([version(0, tried), version(100, taken), version(130, done)]);
    assert.deepEqual(entries.map(brief), [
      'create failed run-1 (lease 0) Crashed',
      'create succeeded run-2 (lease 30)',
    ]);
  });

  test('without a result is unfinished, and its last step has no end', () => {
    const tried = atStep(began(first, 'run-1', 0), 'vm', at(4));
    assert.deepEqual(lifeOf([version(5, tried)]).map(brief), [
      'create unfinished run-1 (lease 4 vm null)',
    ]);
    const { lease: _released, ...free } = tried;
    assert.deepEqual(lifeOf([version(5, tried), version(9, free)]).map(brief), [
      'create unfinished run-1 (lease 4 vm null)',
    ]);
  });
});

describe('what is recorded beside a lease', () => {
  test('is an entry where people could see it, and none otherwise', () => {
    const seen = { ...first, observedOid: 'a'.repeat(40) };
    const condition = { type: 'Deferred', reason: 'FleetCost', message: 'too much' } as const;
    const deferred = {
      ...seen,
      conditions: [{ ...condition, status: 'True' as const, since: at(0) }],
    };
    const entries = lifeOf([
      version(0, first),
      version(1, seen),
      version(2, deferred),
      version(3, { ...seen, receipts: ['gaveUp/1'] }),
      version(4, null),
    ]);
    assert.deepEqual(entries.map(brief), [
      'phase null>queued',
      'condition Deferred null>FleetCost: too much',
      'condition Deferred FleetCost: too much>null receipt null>gaveUp/1',
      'phase queued>null',
    ]);
  });

  test('a record that cannot be read is shown, and does not hide what changed meanwhile', () => {
    const running = { ...first, phase: 'running' as const };
    const entries = lifeOf([version(0, first), version(1, 'kind: ['), version(2, running)]);
    assert.match(
      entries.map(brief).join('\n'),
      /^phase null>queued\nrecord null>invalid: .*\nphase queued>running$/s,
    );
  });

  test('of a list that grows, each entry is shown once', () => {
    const destroyed = [{ at: at(0), server: '7', kind: 'retire' as const }];
    const more = [...destroyed, { at: at(9), server: '8', kind: 'rollback' as const }];
    const entries = lifeOf([
      version(1, { ...first, destroyed }),
      version(9, { ...first, destroyed: more }),
    ]);
    const shown = entries
      .flatMap(({ differences }) => differences)
      .filter(({ field }) => field === 'destroyed');
    assert.deepEqual(
      shown.map(({ to }) => to),
      [`server 7 at ${at(0)}, retire`, `server 8 at ${at(9)}, rollback`],
    );
  });
});

describe('decisions', () => {
  const fileAt = (seconds: number, text: string | null, part: Partial<LogEntry> = {}) => ({
    commit: commit(seconds, part),
    text,
  });

  test('are before what was done at the same time, with what they changed', () => {
    const stopped = agentExample.replace('power: running', 'power: stopped');
    const files = [
      fileAt(0, agentExample, { trailers: [['Stripe-Event', 'evt_1']] }),
      fileAt(10, stopped, { author: 'Olga' }),
      fileAt(20, 'spec: ['),
      fileAt(30, null),
    ];
    const entries = lifeOf([version(0, first)], files);
    assert.deepEqual(
      entries.map((entry) => entry.kind),
      ['decision', 'record', 'decision', 'decision', 'decision'],
    );
    const [made, , off, broken, removed] = entries;
    assert.ok(made?.differences.some(({ field, to }) => field === 'plan' && to === 'starter'));
    assert.deepEqual(off?.differences, [{ field: 'power', from: 'running', to: 'stopped' }]);
    assert.match(broken?.differences[0]?.to ?? '', /^invalid: /);
    assert.ok(removed?.differences.every(({ to }) => to === null));
  });

  test('name the person who asked, Stripe, or the author', () => {
    const body = bodyOf({ by: 'olga', reason: 'too loud', lost: 'its data' });
    const asked = causeOf(
      commit(0, {
        body,
        trailers: [
          ['Aura-Cause', 'stop'],
          ['Aura-Request', 'k'],
        ],
      }),
    );
    assert.deepEqual(asked, {
      who: 'olga',
      cause: 'stop',
      stripeEvents: [],
      request: 'k',
      reason: 'too loud',
    });
    const trailers = [
      ['Stripe-Event', 'evt_1'],
      ['Stripe-Event', 'evt_2'],
    ] as const;
    assert.deepEqual(causeOf(commit(0, { trailers })).stripeEvents, ['evt_1', 'evt_2']);
    assert.equal(causeOf(commit(0, { trailers })).who, 'Stripe');
    assert.equal(causeOf(commit(0)).who, 'Aura');
    // A person's own commit is a person's, whatever it says.
    assert.equal(causeOf(commit(0, { author: 'Eve', body, trailers })).who, 'Eve');
  });
});
