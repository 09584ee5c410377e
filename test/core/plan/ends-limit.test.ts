/** Which ends of servers run, wait, or need a person: bursts, approvals, commits about several. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import {
  at,
  convergedWorld,
  fileNo,
  idNo,
  policyOf,
  recordNo,
  seenLongAgo,
} from '../../builders/world.ts';

const numbers = (n: number) => Array.from({ length: n }, (_, place) => place + 1);
const retired = {
  access: { state: 'ended' as const, since: at(-300) },
  retired: { at: at(-300), by: 'stripe' as const, reason: 'canceled' },
};
const path = 'approvals/a.yaml';

/** Running agents, of which the first `n` are to be retired; each was seen at its minute. */
function retirements(
  n: number,
  fleet: number,
  seenAt: (n: number) => number = () => -300,
  limits = '',
): World {
  const files = numbers(fleet).map((one) => fileNo(one, one <= n ? retired : {}));
  const policy = policyOf(
    `limits: {destroysPerHourCount: 1000, destroysPerDayCount: 1000${limits}}\n`,
  );
  const world = seenLongAgo({ ...convergedWorld(fleet, { policy }), files });
  const minutes = new Map(numbers(n).map((one) => [idNo(one) as string, seenAt(one)]));
  const records = world.records.map((one) =>
    one.ending === undefined
      ? one
      : { ...one, ending: { ...one.ending, seen: at(minutes.get(one.name) ?? 0) } },
  );
  return { ...world, records };
}

function withApproval(world: World, ...approved: readonly number[]): World {
  const entries = approved.map((one) => ({
    agent: idNo(one),
    server: String(1000 + one),
    file: fileNo(one).oid,
    change: 'retire' as const,
  }));
  const approval = { apiVersion: 'aura.dev/v1' as const, kind: 'Approval' as const, entries };
  return { ...world, approvals: [{ path, approval }] };
}

/** The same world once these were ended, under the approval or by the budget. */
function ended(world: World, minutes: number, ...gone: readonly number[]): World {
  const names = new Set<string>(gone.map((one) => idNo(one)));
  const records = world.records.map((record): AgentRecord => {
    if (!names.has(record.name) || record.server === undefined) return record;
    const { server, ...rest } = record;
    const asked = record.ending?.seen ?? '';
    const approval = world.approvals.length === 0 ? {} : { approval: path };
    const destroyed = [
      { asked, at: at(minutes), server: server.id, kind: 'retire' as const, ...approval },
    ];
    return { ...rest, everRunning: false, destroyed };
  });
  const servers = world.observed.servers.filter(({ name }) => !names.has(name));
  return { ...world, records, observed: { ...world.observed, servers } };
}

const tried = (world: World) => {
  const { changes, deferred, refused } = planOf(world);
  const servers = changes.filter((change) => change.kind === 'retire' && change.servers.length > 0);
  return [servers.length, deferred.length, refused.length];
};

describe('more ends than a burst may have within an hour', () => {
  it('none of them is ended, and the rest of the plan continues', () => {
    const world = retirements(21, 500);
    const files = [...world.files.slice(0, 499), fileNo(500, { power: 'stopped' as const })];
    const plan = planOf({ ...world, files });
    assert.deepEqual(
      plan.changes.map(({ kind }) => kind),
      ['power'],
    );
    assert.deepEqual(new Set(plan.refused.map(({ limit }) => limit)), new Set(['burst']));
    assert.equal(plan.refused.length, 21);
    assert.deepEqual(tried(retirements(20, 500)), [20, 0, 0]);
  });

  it('by the share of a large fleet, and of a small one', () => {
    assert.deepEqual(tried(retirements(40, 1000)), [40, 0, 0]);
    assert.deepEqual(tried(retirements(41, 1000)), [0, 0, 41]);
    // A fifth of a small fleet, and three of the smallest.
    assert.deepEqual(tried(retirements(10, 50)), [10, 0, 0]);
    assert.deepEqual(tried(retirements(11, 50)), [0, 0, 11]);
    assert.deepEqual(tried(retirements(3, 3)), [3, 0, 0]);
    assert.deepEqual(tried(retirements(4, 4)), [0, 0, 4]);
  });

  it('ends of other times continue: the hour in which each was seen decides', () => {
    // Four a quarter of an hour, for five hours: sixteen in any hour.
    assert.deepEqual(tried(retirements(80, 500, (n) => -400 + 15 * Math.floor(n / 4))), [80, 0, 0]);
    // The same, and among them 30 at once, with the sixteen around them.
    const mixed = retirements(80, 500, (n) => (n <= 30 ? -200 : -400 + 15 * Math.floor(n / 4)));
    const [ends, waits, refused] = tried(mixed);
    assert.ok(refused !== undefined && refused >= 30 && refused < 80, `${refused} are refused`);
    assert.deepEqual([(ends ?? 0) + refused, waits], [80, 0]);
  });

  it('includes those that are first seen now, and those whose grace runs', () => {
    const world = retirements(11, 50, (n) => (n <= 5 ? -60 : -10));
    assert.deepEqual(tried(world), [0, 0, 5]);
    const unseen = world.records.map(
      ({ ending, ...one }): AgentRecord =>
        ending?.seen === at(-10) ? one : { ...one, ...(ending === undefined ? {} : { ending }) },
    );
    assert.deepEqual(tried({ ...world, records: unseen, nowMs: Date.parse(at(-1)) }), [0, 0, 0]);
    assert.equal(planOf({ ...world, records: unseen }).endings.length, 11);
  });

  it('includes those that were ended since: the last ones of a set are no fewer for it', () => {
    const world = retirements(11, 50);
    assert.deepEqual(tried(ended(world, -30, 1, 2, 3)), [0, 0, 8]);
  });

  it('counts them to the fleet too: the rest of a set that was no burst is none either', () => {
    assert.deepEqual(tried(retirements(4, 20)), [4, 0, 0]);
    assert.deepEqual(tried(ended(retirements(4, 20), -30, 1, 2)), [2, 0, 0]);
  });

  it('fewer of them pass again, once a person has lifted some', () => {
    const world = retirements(11, 50);
    const files = world.files.map((file, place) => (place === 0 ? fileNo(1) : file));
    assert.deepEqual(tried({ ...world, files }), [10, 0, 0]);
  });

  it('a replacement is one of them', () => {
    const world = retirements(3, 5);
    const files = world.files.map((file, place) =>
      place === 3 ? fileNo(4, { revision: 2 }) : file,
    );
    const records = world.records.map((one, place) =>
      place === 3
        ? { ...one, ending: { change: 'replace' as const, of: '2', seen: at(-300) } }
        : one,
    );
    assert.deepEqual(tried({ ...world, files, records }), [0, 0, 4]);
  });
});

describe('an approval of a part', () => {
  it('lets through what it lists; the rest stays refused, though alone it would pass', () => {
    const world = withApproval(retirements(5, 10), 1, 2);
    const plan = planOf(world);
    assert.deepEqual(
      plan.changes.map((change) => [change.agent, 'approval' in change ? change.approval : null]),
      [
        [idNo(1), path],
        [idNo(2), path],
      ].sort(),
    );
    assert.deepEqual(
      plan.refused.map(({ change }) => change.agent),
      [idNo(3), idNo(4), idNo(5)].sort(),
    );
  });

  it('also for a day after they were ended, as the plan reports', () => {
    const after = ended(withApproval(retirements(5, 10), 1, 2), -30, 1, 2);
    const plan = planOf(after);
    assert.equal(plan.refused.length, 3);
    assert.deepEqual(
      new Set(plan.refused.map(({ freeAt }) => freeAt)),
      new Set([at(24 * 60 - 30)]),
    );
    assert.equal(plan.nextDueAt, at(24 * 60 - 30));
    const dayLater = { ...after, nowMs: Date.parse(at(24 * 60 - 30)) };
    assert.deepEqual(tried(dayLater), [3, 0, 0]);
    assert.deepEqual(tried({ ...after, nowMs: Date.parse(at(24 * 60 - 31)) }), [0, 0, 3]);
  });

  it('lets through nothing that it lists with another text, for another server, or a second time', () => {
    const world = withApproval(retirements(5, 10), 1, 2, 3, 4, 5);
    assert.deepEqual(tried(world), [5, 0, 0]);
    const changed = (part: object) => {
      const approvals = world.approvals.map(({ approval }) => ({
        path,
        approval: {
          ...approval,
          entries: approval.entries.map((one, n) => (n === 0 ? { ...one, ...part } : one)),
        },
      }));
      return tried({ ...world, approvals });
    };
    assert.deepEqual(changed({ file: 'f'.repeat(40) }), [4, 0, 1]);
    assert.deepEqual(changed({ server: '1' }), [4, 0, 1]);
    assert.deepEqual(changed({ change: 'replace' }), [4, 0, 1]);
    const used = world.records.map((record) =>
      record.name === idNo(1)
        ? recordNo(1, {
            ...(record.ending === undefined ? {} : { ending: record.ending }),
            destroyed: [{ at: at(-2), server: '1001', kind: 'retire', approval: path }],
          })
        : record,
    );
    assert.deepEqual(tried({ ...world, records: used }), [4, 0, 1]);
  });

  it('uses no place of others for what it lets through', () => {
    const world = withApproval(
      retirements(5, 10, () => -300, ', burstCount: 0'),
      1,
      2,
      3,
    );
    const policy = policyOf('limits: {destroysPerHourCount: 1, missingCountMax: 100}\n');
    assert.deepEqual(tried({ ...world, policy }), [4, 1, 0]);
  });
});

describe('an end that a commit about several agents asks for', () => {
  it('needs a person, whatever the limits have left', () => {
    const world = { ...retirements(2, 10), unprovenAlone: new Set<string>([idNo(2)]) };
    const { changes, refused } = planOf(world);
    assert.deepEqual(
      [changes.map(({ agent }) => agent), refused.map(({ limit }) => limit)],
      [[idNo(1)], ['unprovenAlone']],
    );
    assert.deepEqual(tried(withApproval(world, 2)), [2, 0, 0]);
  });
});

describe('texts of a refusal', () => {
  it('are the same however many are refused', () => {
    const messages = [11, 15].flatMap((n) =>
      planOf(retirements(n, 50)).refused.map(({ message }) => message),
    );
    assert.equal(new Set(messages).size, 1);
  });
});
