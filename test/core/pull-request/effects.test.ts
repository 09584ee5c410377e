/** What a pull request changes, by the records alone; its report inside GitHub's limits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import { effectsOf } from '../../../reconciler/core/pull-request/effects.ts';
import {
  convergedRecords,
  type Desired,
  recordedWorld,
} from '../../../reconciler/core/pull-request/recorded-world.ts';
import {
  commentOf,
  type PullRequestReport,
  wholeReport,
} from '../../../reconciler/core/pull-request/report.ts';
import {
  at,
  catalogOf,
  fileNo,
  idNo,
  nowMs,
  offers,
  policyOf,
  recordNo,
  unfinishedNo,
} from '../../builders/world.ts';

function desired(part: Partial<Desired> = {}): Desired {
  return {
    commit: 'a'.repeat(40),
    files: [fileNo(1), fileNo(2)],
    catalog: catalogOf(),
    policy: policyOf(),
    approvals: [],
    ...part,
  };
}

const recorded = {
  nowMs,
  status: 'b'.repeat(40),
  records: [recordNo(1), recordNo(2)],
  offers,
  stop: null,
};

function effects(merged: Partial<Desired>, known: Partial<typeof recorded> = {}) {
  const base = desired();
  const all = { ...recorded, ...known };
  const records = convergedRecords(base, all);
  const world = (one: Desired) => recordedWorld(one, { ...all, records });
  return effectsOf(world(base), world(desired(merged)));
}

const changesOf = (found: ReturnType<typeof effects>) =>
  found.effects.map(({ agent, now }) => [agent, now?.kind === 'change' ? now.change.kind : null]);

test('a fleet as recorded has nothing to do, whatever ran on it and however it was configured', () => {
  const odd = { configHash: 'f'.repeat(32), roleVersion: 'old', at: at(-10) };
  const lease = {
    run: '7',
    runAttempt: 1,
    change: 'configure' as const,
    nonce: 'abcdefghij012345',
    since: at(-5),
    until: at(5),
    step: 'configure' as const,
  };
  const records = [recordNo(1, { configured: odd }), recordNo(2, { lease })];
  const base = desired();
  const world = recordedWorld(base, {
    ...recorded,
    records: convergedRecords(base, { ...recorded, records }),
  });
  const plan = planOf(world);
  assert.deepEqual([plan.changes, plan.idle, plan.orphans], [[], [], []]);
});

test('a decision that the base makes too is no effect', () => {
  assert.deepEqual(effects({}).effects, []);
  const records = [recordNo(1), unfinishedNo(2)];
  assert.deepEqual(effects({}, { records }).effects, []);
  const files = [fileNo(1, { power: 'stopped' }), fileNo(2)];
  assert.deepEqual(changesOf(effects({ files }, { records })), [[idNo(1), 'power']]);
});

test('a policy that concerns all hosts configures each of them', () => {
  const policy = policyOf('egress: {smtp: open, newConnectionsPerSecond: 30}\n');
  assert.deepEqual(
    changesOf(effects({ policy })).sort(),
    [
      [idNo(1), 'configure'],
      [idNo(2), 'configure'],
    ].sort(),
  );
});

test('a pause holds everything back, and is said', () => {
  const files = [fileNo(1), fileNo(2, { power: 'stopped' })];
  const found = effects({
    files,
    policy: policyOf('pause: {reason: a freeze, since: "2026-11-22T05:00:00Z"}\n'),
  });
  assert.deepEqual(found.held, ['everything is stopped: a freeze']);
  assert.equal(found.effects[0]?.now?.kind, 'idle');
});

test('the difference in cost counts what is made, resized and ended after its grace', () => {
  const retired = { at: at(-30), by: 'person', reason: 'over' } as const;
  const files = [fileNo(1, { plan: 'pro' }), fileNo(2, { retired }), fileNo(3)];
  const { cost } = effects({ files });
  // +5 for the resize, -5.50 for the end, +5.50 for the create
  assert.deepEqual(cost, { currency: 'EUR', now: 11, by: 5 });
});

test('a comment stays inside GitHub’s limit, and the report has everything', () => {
  const files = [
    fileNo(1),
    fileNo(2),
    ...Array.from({ length: 2000 }, (_, n) =>
      fileNo(n + 3, { customer: `cus_${'x'.repeat(200)}` }),
    ),
  ];
  const problem = {
    path: 'agents/x.yaml',
    line: 1,
    column: 1,
    field: 'spec',
    message: 'm'.repeat(4000),
  };
  const report: PullRequestReport = {
    head: 'c'.repeat(40),
    base: 'a'.repeat(40),
    status: null,
    at: at(0),
    pricesAt: null,
    problems: Array.from({ length: 200 }, () => problem),
    unreadable: 0,
    otherInvalid: 0,
    decisions: [],
    plan: { kind: 'made', effects: effects({ files }), meanings: new Map(), policy: policyOf() },
  };
  const comment = commentOf(report, 'the artefact of run 7');
  assert.ok(comment.length <= 65_536, `${comment.length} characters`);
  assert.match(comment, /The whole text is in the artefact of run 7\.\n$/);
  const whole = wholeReport(report);
  for (const n of [3, 2002]) assert.ok(whole.includes(idNo(n)), `agent ${n}`);
  const few = commentOf({ ...report, problems: [] }, null);
  assert.match(few, /… and \d+ more\. The text is cut here\./);
});
