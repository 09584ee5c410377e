/** When a run has a change to make again, by files and records alone. */
import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { diff } from '../../../reconciler/core/plan/diff.ts';
import { type DueInput, dueMoments, nextDue } from '../../../reconciler/core/plan/due.ts';
import {
  at,
  attempt,
  fileNo,
  nonce,
  nowMs,
  policyOf,
  recordNo,
  unfinishedNo,
  worldOf,
} from '../../builders/world.ts';

function due(part: Partial<DueInput>): readonly string[] {
  const input = { files: [fileNo(1)], records: [], policy: policyOf(), sinceMs: nowMs, ...part };
  return dueMoments(input).map((ms) => new Date(ms).toISOString());
}
const retired = { at: at(-30), by: 'person' as const, reason: 'enough' };

describe('due times', () => {
  it('none in a converged fleet', () => {
    assert.deepEqual(due({ records: [recordNo(1)] }), []);
  });

  it('the next attempt of a create, by its delay', () => {
    const records = [unfinishedNo(1, { attempts: [attempt({ ended: at(-1) })] })];
    assert.deepEqual(due({ records }), [at(4)]);
    assert.deepEqual(due({ records, files: [fileNo(1, { power: 'stopped' })] }), []);
  });

  it('the next attempt of a create whose run is over, if it is', () => {
    const lease = {
      run: '17',
      runAttempt: 1,
      change: 'create' as const,
      nonce,
      since: at(-3),
      until: at(87),
    };
    const record = unfinishedNo(1, { lease: { ...lease, step: 'boot', stepSince: at(-1) } });
    assert.deepEqual(due({ records: [record] }), [at(4)]);
    const tried = { ...record, attempts: [attempt({ ended: at(-9) })] };
    assert.deepEqual(due({ records: [tried] }), [at(29)]);
  });

  it('the next attempt of a change that failed twice, and not one that may be made at once', () => {
    const repair = attempt({ change: 'repair', ended: at(-1) });
    assert.deepEqual(due({ records: [recordNo(1, { attempts: [repair, repair] })] }), [at(4)]);
    assert.deepEqual(due({ records: [recordNo(1, { attempts: [repair] })] }), []);
  });

  it('the end of a grace, unless nothing is left', () => {
    const files = [fileNo(1, { retired })];
    const ending = { change: 'retire' as const, of: retired.at, seen: at(-20) };
    assert.deepEqual(due({ files, records: [recordNo(1, { ending })] }), [at(40)]);
    assert.deepEqual(due({ files, records: [recordNo(1)] }), [at(60)], 'not seen yet');
    assert.deepEqual(due({ files, records: [recordNo(1, { gone: at(-1) })] }), []);
  });

  it('the end of a hold, at most as late as the policy allows', () => {
    const hold = { reason: 'a look', since: at(-60), until: at(90) };
    assert.deepEqual(due({ files: [fileNo(1, { hold })] }), [at(90)]);
    const long = { ...hold, until: at(60 * 24 * 30) };
    assert.deepEqual(due({ files: [fileNo(1, { hold: long })] }), [at(7 * 24 * 60 - 60)]);
  });

  it("a breaker's trial and the end of a replacement's wait, once for all", () => {
    const outage = attempt({ scope: 'fleet', reason: 'ProviderOutage', ended: at(-1) });
    const records = [1, 2].map((n) => unfinishedNo(n, { attempts: [outage] }));
    assert.deepEqual(due({ records, files: [fileNo(1), fileNo(2)] }), [at(4), at(64)]);
  });

  it('sorted, whatever the order of the files', () => {
    const files = [fileNo(1, { retired }), fileNo(2, { retired: { ...retired, at: at(-40) } })];
    const records = files.map(({ agent }, place) => {
      const of = agent.spec.retired?.at ?? '';
      return recordNo(place + 1, { ending: { change: 'retire', of, seen: at(-50) } });
    });
    assert.deepEqual(due({ files, records }), [at(20), at(30)]);
    assert.deepEqual(due({ files: [...files].reverse(), records }), [at(20), at(30)]);
  });
});

test('the next due time is the earliest one ahead, of whatever kind', () => {
  const [head] = diff(worldOf({ files: [fileNo(1, { retired })] })).idle;
  assert.ok(head);
  const access = { state: 'granted' as const, since: at(-60), until: at(5) };
  const input = { idle: [], files: [], moments: [], nowMs };
  assert.equal(nextDue(input), null);
  assert.equal(nextDue({ ...input, moments: [nowMs - 1, nowMs, nowMs + 60_000] }), at(1));
  const files = [fileNo(1, { access })];
  assert.equal(nextDue({ ...input, files, moments: [nowMs + 360_000] }), at(5));
  const idle = [{ ...head, until: at(3) }];
  assert.equal(nextDue({ ...input, files, idle }), at(3));
});
