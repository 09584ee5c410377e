/** The uptime of a day in one object, which replicas share without losing what another one saw. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createUptimes } from '../../../reconciler/flows/heartbeats/uptimes.ts';
import { idNo } from '../../builders/world.ts';
import { createFakeArchive } from '../../fakes/archive.ts';
import { createBucket } from '../../fakes/bucket.ts';
import { createTime } from '../../fakes/time.ts';

const nowMs = Date.parse('2026-11-30T12:00:00Z');
const at = (minutes: number) => nowMs + minutes * 60_000;

test('what two replicas saw is in the object, also if they write at once', async () => {
  const archive = createFakeArchive(createBucket(), createTime(nowMs));
  const [one, other] = [createUptimes(archive), createUptimes(archive)];
  const [a, b] = [idNo(1), idNo(2)];
  one.note(a, 'up', at(-60), at(-30));
  other.note(a, 'up', at(-30), at(0));
  other.note(a, 'down', at(-10), at(0));
  one.note(b, 'up', at(-10), at(0));
  await Promise.all([one.exchange('aura', nowMs), other.exchange('aura', nowMs)]);
  const next = createUptimes(archive);
  await next.exchange('aura', nowMs);
  assert.equal(next.of(a, nowMs).percent, 83.33, '50 of 60 minutes');
  assert.equal(next.of(b, nowMs).percent, 100);
  await one.exchange('aura', nowMs);
  assert.deepEqual(one.of(a, nowMs), next.of(a, nowMs), 'the other replica knows it too');
});

test('it goes on over midnight, and a past day stays as it was', async () => {
  const archive = createFakeArchive(createBucket(), createTime(nowMs));
  const one = createUptimes(archive);
  one.note(idNo(1), 'up', Date.parse('2026-11-29T23:00:00Z'), Date.parse('2026-11-30T01:00:00Z'));
  one.note(idNo(1), 'down', Date.parse('2026-11-29T23:30:00Z'), Date.parse('2026-11-30T00:00:00Z'));
  await one.exchange('aura', nowMs);
  const daysOf = (uptimes: typeof one, ms: number) =>
    new Map(uptimes.of(idNo(1), ms).days.map(({ day, percent }) => [day, percent]));
  assert.equal(daysOf(one, nowMs).get('2026-11-29'), 50);
  assert.equal(daysOf(one, nowMs).get('2026-11-30'), 100);
  const laterMs = Date.parse('2026-12-05T12:00:00Z');
  await one.exchange('aura', laterMs);
  const next = createUptimes(archive);
  await next.exchange('aura', laterMs);
  for (const uptimes of [one, next])
    assert.deepEqual(
      ['2026-11-28', '2026-11-29', '2026-11-30', '2026-12-05'].map((day) =>
        daysOf(uptimes, laterMs).get(day),
      ),
      [null, 50, 100, null],
    );
});
