/** Texts about ends that wait or are refused. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { approvalBody } from '../../../reconciler/core/plan/approval.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import { nextOf } from '../../../reconciler/core/status/agent-next.ts';
import { mentionsOf } from '../../../reconciler/core/status/mention.ts';
import { reportText } from '../../../reconciler/core/status/report.ts';
import { statusAfter } from '../../../reconciler/core/status/status.ts';
import { at, convergedWorld, fileNo, idNo, nowMs, seenLongAgo } from '../../builders/world.ts';

const numbers = (n: number) => Array.from({ length: n }, (_, place) => place + 1);
const retired = { retired: { at: at(-300), by: 'person' as const, reason: 'x' } };

function world(n: number, fleet: number): World {
  const files = numbers(fleet).map((one) => fileNo(one, one <= n ? retired : {}));
  return seenLongAgo({ ...convergedWorld(fleet), files });
}

describe('a set that two rules refuse', () => {
  const mixed = (): World => {
    const all = world(5, 10);
    const records = all.records.map(
      (record): AgentRecord =>
        record.name === idNo(5) && record.ending !== undefined
          ? { ...record, ending: { ...record.ending, seen: at(-200) } }
          : record,
    );
    return { ...all, records, unprovenAlone: new Set<string>([idNo(5)]) };
  };

  it('is explained by both in the pull request', () => {
    const plan = planOf(mixed());
    assert.deepEqual(new Set(plan.refused.map(({ limit }) => limit)).size, 2);
    const body = approvalBody(plan.refused, mixed().records, { validHours: 24, currency: 'EUR' });
    assert.match(body, /limit `burst`/);
    assert.match(body, /limit `unprovenAlone`/);
  });

  it('and in the report', () => {
    const text = reportText(planOf(mixed()));
    assert.match(text, /burst \(4\): /);
    assert.match(text, /unprovenAlone \(1\): /);
  });
});

it('does not promise that fewer pass where a commit about several asks for them', () => {
  const all = { ...world(2, 10), unprovenAlone: new Set<string>([1, 2].map((n) => idNo(n))) };
  const body = approvalBody(planOf(all).refused, all.records, { validHours: 24, currency: 'EUR' });
  assert.doesNotMatch(body, /or fewer are requested/);
});

it('a report has the time of the turn of a deferred end', () => {
  const plan = planOf(world(8, 100));
  const [waits] = plan.deferred;
  assert.ok(waits?.freeAt !== undefined);
  assert.ok(reportText(plan).split('Deferred')[1]?.includes(waits.freeAt));
});

describe('a customer is not informed that the agent is being deleted now', () => {
  for (const [what, n, fleet] of [
    ['refused', 4, 5],
    ['deferred', 8, 100],
  ] as const)
    it(`where that is ${what}`, () => {
      const all = world(n, fleet);
      const plan = planOf(all);
      const change = [...plan.refused, ...plan.deferred][0]?.change;
      const place = all.files.findIndex(({ id }) => id === change?.agent);
      const [file, before] = [all.files[place], all.records[place]];
      assert.ok(file?.kind === 'valid' && before !== undefined);
      const record = statusAfter(file, before, mentionsOf(plan).get(file.id), nowMs) ?? before;
      const text = nextOf({ file, record, place: null, policy: all.policy, nowMs }, record.phase);
      assert.doesNotMatch(text, /deleted now/);
    });
});

it('a stopped agent whose revision was raised is not ended, and no part of a burst', () => {
  const files = numbers(10).map((n) =>
    fileNo(n, n <= 3 ? { power: 'stopped', revision: 2 } : n === 4 ? retired : {}),
  );
  const base = convergedWorld(10);
  const servers = base.observed.servers.map((server, place) =>
    place < 3 ? { ...server, status: 'off' as const } : server,
  );
  const all = seenLongAgo({ ...base, files, observed: { ...base.observed, servers } });
  assert.deepEqual(planOf(all).refused, []);
});
