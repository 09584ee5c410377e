/** Every server with the fleet's label has one place, and the plan contains it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { labelNames, type ObservedServer } from '../../../reconciler/core/fleet/observed.ts';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import { serverPlaces } from '../../../reconciler/core/fleet/server-place.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import {
  at,
  fileNo,
  idNo,
  labelsNo,
  nonce,
  policyOf,
  recordNo,
  runsSaid,
  serverNo,
  unfinishedNo,
  without,
  worldOf,
} from '../../builders/world.ts';

const otherNonce = 'zyxwvutsrq543210';
const lease = (change: 'create' | 'adopt', of: string) => ({
  run: '17',
  runAttempt: 1,
  change,
  nonce: of,
  since: at(-30),
  until: at(60),
  step: 'vm' as const,
});
const unrecorded = (part: Partial<AgentRecord> = {}) =>
  without(unfinishedNo(1, part), 'server') as AgentRecord;
const seeded = [{ nonce, hostKey: 'ssh-ed25519 AAAA', chosen: recordNo(1).chosen }];
const invalid = {
  kind: 'invalid' as const,
  id: idNo(1),
  path: fileNo(1).path,
  oid: fileNo(1).oid,
  problems: [],
};
const retired = { at: at(-300), by: 'person' as const, reason: 'abuse' };

const files = fc.constantFrom(
  [],
  [invalid],
  [fileNo(1)],
  [fileNo(1, { power: 'stopped' })],
  [fileNo(1, { retired })],
  [fileNo(1, { hold: { reason: 'wait', since: at(-5), until: at(90) } })],
);
const records = fc.constantFrom<readonly AgentRecord[]>(
  [],
  [recordNo(1)],
  [recordNo(1, { lease: lease('create', otherNonce) })],
  [unrecorded()],
  [unrecorded({ lease: lease('create', nonce) })],
  [unrecorded({ lease: lease('adopt', nonce) })],
  [unrecorded({ creates: seeded } as Partial<AgentRecord>)],
  [unrecorded({ gone: at(-60) })],
  [unrecorded({ gone: at(-60), creates: seeded } as Partial<AgentRecord>)],
);
const server = fc
  .record({
    id: fc.constantFrom('1001', '1002', '1003'),
    name: fc.constantFrom(idNo(1), 'other'),
    age: fc.constantFrom(-500, -1),
    labels: fc.constantFrom(
      labelsNo(1),
      { ...labelsNo(1), [labelNames.nonce]: otherNonce },
      { ...labelsNo(1), [labelNames.subscription]: 'sub_Other' },
      without(labelsNo(1), labelNames.agent),
      labelsNo(9),
    ),
  })
  .map(
    ({ id, name, age, labels }): ObservedServer =>
      serverNo(1, { id, name, created: at(age), labels: labels as Record<string, string> }),
  );
const servers = fc.uniqueArray(server, { selector: ({ id }) => id, maxLength: 3 });
const runs = fc.constantFrom('running' as const, 'over' as const);

function worldWith(
  observed: readonly ObservedServer[],
  part: Partial<World>,
  run: 'running' | 'over',
): World {
  return worldOf({ ...part, runs: runsSaid({ 17: run }) }, { servers: observed });
}

describe('the place of a server', () => {
  test('is one of those in the plan, for any file, record and labels', () => {
    let counted = 0;
    fc.assert(
      fc.property(files, records, servers, runs, (asked, known, seen, run) => {
        const world = worldWith(seen, { files: asked, records: known }, run);
        const placeOf = serverPlaces(world);
        const plan = planOf(world);
        for (const one of seen) {
          const { kind } = placeOf(one);
          const isListed = plan.orphans.some(({ id }) => id === one.id);
          const waits = plan.waiting.some(({ server: id }) => id === one.id);
          const isRecorded = known.some((record) => record.server?.id === one.id);
          const isNamed = JSON.stringify([plan.changes, plan.refused, plan.deferred]).includes(
            `"${one.id}"`,
          );
          const isIdle = plan.idle.some(({ agent }) => agent === idNo(1));
          assert.equal(isRecorded, kind === 'recorded');
          assert.equal(isListed || waits, kind === 'orphan' || kind === 'waiting');
          assert.ok(!(isListed && waits));
          const said = JSON.stringify([one, plan.changes, plan.idle]);
          if (kind === 'adoptable') assert.ok(isNamed || isIdle, said);
          const comesBack = plan.removed.some(({ agent }) => agent === idNo(1));
          if (kind === 'leased') assert.ok(isNamed || isIdle || comesBack, said);
          counted += 1;
        }
      }),
      { seed: 11, numRuns: 4000 },
    );
    assert.ok(counted > 1000);
  });

  test('does not depend on the order of the listing', () => {
    fc.assert(
      fc.property(files, records, servers, (asked, known, seen) => {
        const part = { files: asked, records: known };
        const there = serverPlaces(worldWith(seen, part, 'over'));
        const back = serverPlaces(worldWith([...seen].reverse(), part, 'over'));
        for (const one of seen) assert.deepEqual(there(one).kind, back(one).kind);
      }),
      { seed: 12, numRuns: 1000 },
    );
  });

  const old = serverNo(1, { created: at(-500) });
  const cases: readonly (readonly [string, Partial<World>, string])[] = [
    ['recorded', { files: [fileNo(1)], records: [recordNo(1)] }, 'recorded'],
    ['no file and no record', {}, 'orphan'],
    [
      'no file, and nothing was left of its agent',
      { records: [unrecorded({ gone: at(-9) })] },
      'orphan',
    ],
    [
      'no file, and nothing was left of its agent, whose create it is of',
      { records: [unrecorded({ gone: at(-9), creates: seeded } as Partial<AgentRecord>)] },
      'orphan',
    ],
    ['no file, its record does not name it', { records: [unrecorded()] }, 'waiting'],
    ['an invalid file', { files: [invalid] }, 'waiting'],
    ['a file, no record', { files: [fileNo(1)] }, 'adoptable'],
    ['a file that wants it off', { files: [fileNo(1, { power: 'stopped' })] }, 'adoptable'],
    [
      'a record that says gone, and a file',
      { files: [fileNo(1, { retired })], records: [unrecorded({ gone: at(-9) })] },
      'adoptable',
    ],
    [
      'the nonce of a lease',
      { files: [fileNo(1)], records: [unrecorded({ lease: lease('create', nonce) })] },
      'leased',
    ],
    [
      'the nonce of an earlier create',
      { files: [fileNo(1)], records: [unrecorded({ creates: seeded } as Partial<AgentRecord>)] },
      'leased',
    ],
    [
      'the nonce of a run that was taking it over',
      { files: [fileNo(1)], records: [unrecorded({ lease: lease('adopt', nonce) })] },
      'adoptable',
    ],
  ];
  for (const [name, part, expected] of cases)
    test(`${name}: ${expected}`, () => {
      assert.equal(serverPlaces(worldWith([old], part, 'over'))(old).kind, expected);
    });

  test('an orphan has its reason', () => {
    const why = (labels: Record<string, string>, part = {}) => {
      const place = serverPlaces(worldWith([serverNo(1, { labels })], part, 'over'))(
        serverNo(1, { labels }),
      );
      return place.kind === 'orphan' ? place.why : place.kind;
    };
    assert.equal(
      why(without(labelsNo(1), labelNames.agent) as Record<string, string>),
      'it carries our fleet label and names no agent',
    );
    assert.equal(why(labelsNo(1)), `no file and no record names ${idNo(1)}`);
  });

  test('one without a nonce belongs to no create, whatever is leased: waiting', () => {
    const bare = serverNo(1, { labels: without(labelsNo(1), labelNames.nonce) });
    for (const part of [{ lease: lease('create', nonce) }, { creates: seeded }]) {
      const records = [unrecorded(part as Partial<AgentRecord>)];
      const world = worldWith([bare], { files: [fileNo(1)], records }, 'over');
      assert.equal(serverPlaces(world)(bare).kind, 'waiting');
    }
  });

  test('a second one beside the recorded one is an orphan, and a young one waits for its grace', () => {
    const second = (age: number) => serverNo(1, { id: '77', name: 'second', created: at(age) });
    const part = { files: [fileNo(1)], records: [recordNo(1)], policy: policyOf() };
    const plan = (age: number) => planOf(worldWith([old, second(age)], part, 'over'));
    assert.deepEqual(
      plan(-500).orphans.map(({ id }) => id),
      ['77'],
    );
    assert.deepEqual(plan(-500).waiting, []);
    assert.deepEqual(plan(-1).orphans, []);
    assert.deepEqual(
      plan(-1).waiting.map(({ server: id }) => id),
      ['77'],
    );
  });
});
