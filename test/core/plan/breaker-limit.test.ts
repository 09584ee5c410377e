/** A replacement that has waited for a breaker's trial, beside other candidates for the trial. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import {
  at,
  attempt,
  convergedWorld,
  fileNo,
  idNo,
  policyOf,
  recordNo,
  serverNo,
  unfinishedNo,
  without,
} from '../../builders/world.ts';

const outage = (minutes: number) =>
  attempt({ scope: 'fleet', reason: 'ProviderOutage', step: 'vm', ended: at(minutes) });
const granted = { state: 'granted' as const, since: at(-90) };

/** Agent 9 was tried over an hour ago, with no run since; agent 1 is to be replaced. */
function longWaited(isUnfinished: boolean): World {
  const world = convergedWorld(9);
  const others = world.observed.servers.filter(({ id }) => id !== '1009');
  const unmarked = serverNo(9, { protection: { delete: false, rebuild: false } });
  const attempts = [outage(-80), outage(-75), outage(-72)];
  const nine = { ...without(unfinishedNo(9), 'server'), attempts } as AgentRecord;
  const { server } = recordNo(9);
  assert.ok(server !== undefined);
  return {
    ...world,
    files: world.files.map((file) =>
      file.id === idNo(1)
        ? fileNo(1, { revision: 2 })
        : file.id === idNo(9)
          ? fileNo(9, { access: granted })
          : file,
    ),
    records: world.records.map((one) =>
      one.name !== idNo(9) ? one : isUnfinished ? { ...nine, server } : nine,
    ),
    observed: { ...world.observed, servers: isUnfinished ? [...others, unmarked] : others },
  };
}

const kinds = (world: World) => planOf(world).changes.map(({ kind }) => kind);

describe('an hour after a trial was due', () => {
  it('a create that waits is the trial, and the replacement still waits', () =>
    assert.deepEqual(kinds(longWaited(false)), ['create']));

  it('a resume that waits is the trial, and the replacement still waits', () =>
    assert.deepEqual(kinds(longWaited(true)), ['resume']));

  it('a resume is the trial from the minute at which it is due', () => {
    const world = longWaited(true);
    const failedAt = (minutes: number) =>
      kinds({
        ...world,
        files: world.files.map((file) => (file.id === idNo(1) ? fileNo(1) : file)),
        records: world.records.map((one) =>
          one.name === idNo(9) ? { ...one, attempts: [outage(minutes)] } : one,
        ),
      });
    assert.deepEqual([failedAt(-4.99), failedAt(-5)], [[], ['resume']]);
  });

  it('a replacement that the windows refuse takes the trial from no resume', () => {
    const none = 'limits: {destroysPerHourCount: 0, destroysPerHourPercent: 0}\n';
    assert.deepEqual(kinds({ ...longWaited(true), policy: policyOf(none) }), ['resume']);
  });

  it('of two replacements one is the trial', () => {
    const world = convergedWorld(9);
    const files = world.files.map((file) =>
      file.id === idNo(1) || file.id === idNo(2)
        ? fileNo(file.id === idNo(1) ? 1 : 2, { revision: 2 })
        : file,
    );
    const records = world.records.map((one) =>
      one.name === idNo(9) ? { ...one, attempts: [outage(-80), outage(-72)] } : one,
    );
    const plan = planOf({ ...world, files, records });
    assert.deepEqual(
      [
        plan.changes.filter(({ kind }) => kind === 'replace').length,
        plan.deferred.map(({ limit }) => limit),
      ],
      [1, ['breaker']],
    );
  });
});
