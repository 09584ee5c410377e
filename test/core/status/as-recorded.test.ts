/** Explanations from file and record alone, and what would change the state of an agent. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AgentRecord, Lease } from '../../../reconciler/core/fleet/recorded.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import { worldAsRecorded } from '../../../reconciler/core/status/as-recorded.ts';
import { explainAgent } from '../../../reconciler/core/status/explain.ts';
import {
  at,
  attempt,
  catalogOf,
  convergedWorld,
  fileNo,
  idNo,
  nonce,
  nowMs,
  policyOf,
  recordNo,
  unfinishedNo,
} from '../../builders/world.ts';

type Given = {
  readonly file?: ReturnType<typeof fileNo> | null;
  readonly record?: AgentRecord | null;
  readonly stop?: string;
};

function recorded({ file = fileNo(1), record = recordNo(1), stop }: Given = {}): World {
  return worldAsRecorded({
    ...{ nowMs, file, record, catalog: catalogOf(), policy: policyOf() },
    main: 'a'.repeat(40),
    status: 'b'.repeat(40),
    stop: stop ?? null,
  });
}

function explained(world: World) {
  const so = explainAgent(world, planOf(world), idNo(1));
  assert.ok(so !== null);
  return so;
}

const { chosen } = recordNo(1);
const retired = { at: at(-10), by: 'person', reason: 'no longer wanted' } as const;
const lease: Lease = {
  run: '7',
  runAttempt: 2,
  change: 'create',
  nonce,
  since: at(-5),
  until: at(85),
  step: 'vm',
};

describe('by file and record alone, the row is that of a fleet that is as it was recorded', () => {
  const cases: readonly (readonly [what: string, given: Given, row: string])[] = [
    ['runs as asked', {}, 'none'],
    ['to be stopped', { file: fileNo(1, { power: 'stopped' }) }, 'power off'],
    ['to be resized', { file: fileNo(1, { plan: 'pro' }) }, 'resize'],
    [
      'another configuration',
      { file: fileNo(1, { config: { timezone: 'Europe/Berlin' } }) },
      'configure',
    ],
    ['a higher revision', { file: fileNo(1, { revision: 2 }) }, 'replace'],
    ['no server', { record: null }, 'create'],
    ['a create that failed late', { record: unfinishedNo(1, { attempts: [attempt()] }) }, 'resume'],
    ['under a lease', { record: { ...unfinishedNo(1), lease } }, 'busy'],
    ['no file', { file: null }, 'finalize: removed file'],
  ];
  for (const [what, given, row] of cases) {
    test(what, () => assert.equal(explained(recorded(given)).row.name, row));
  }

  test('and so it is of a real reading of that fleet', () => {
    const seen = convergedWorld(1);
    const [file, record] = [seen.files[0] ?? assert.fail(), seen.records[0] ?? null];
    for (const change of [{}, { power: 'stopped' as const }, { revision: 2 }, { plan: 'pro' }]) {
      const changed = fileNo(1, change);
      const now = explained({ ...seen, files: [changed] });
      assert.equal(explained(recorded({ file: changed, record })).row.name, now.row.name);
    }
    assert.equal(file.id, idNo(1));
  });
});

describe('what would change the state', () => {
  const suspended = { state: 'suspended', since: at(-60) } as const;
  const cases: readonly (readonly [what: string, given: Given, said: RegExp])[] = [
    ['of one that runs', {}, /its people: `aura stop`.*\n.*Stripe: another plan/],
    [
      'of one that is stopped',
      { file: fileNo(1, { power: 'stopped' }) },
      /next run: it carries out the power\n`aura start agt-\w+`/,
    ],
    ['under a stop', { stop: 'fsn1 burns' }, /^the end of the stop: `aura resume`/],
    [
      'under a lease',
      { record: { ...unfinishedNo(1), lease } },
      /^the end of run 7\/2, or of its lease at 2026-/,
    ],
    [
      'under a hold',
      { file: fileNo(1, { hold: { reason: 'x', since: at(-9), until: at(60) } }) },
      /^the end of the hold at 2026-11-22T13:00:00.000Z, or a commit that removes spec\.hold/,
    ],
    [
      'within the grace of a tombstone',
      { file: fileNo(1, { retired }) },
      /the end of its grace at 2026-\S+: then it is destroyed\n`aura restore agt-\w+`, as long as/,
    ],
    [
      'of one that is suspended',
      { file: fileNo(1, { access: suspended }) },
      /Stripe: access is granted again.*\nthe time 2026-12-06T11:00:00.000Z: then it is retired/,
    ],
    [
      'of one whose access has ended',
      { file: fileNo(1, { access: { state: 'ended', since: at(-60) } }) },
      /a tombstone: `aura retire agt-\w+`/,
    ],
    [
      'of one that was given up',
      { record: { ...unfinishedNo(1), phase: 'failed' } },
      /`aura retry agt-\w+`/,
    ],
    [
      'of one with an announced end',
      { file: fileNo(1, { access: { state: 'granted', since: at(-60), until: at(600) } }) },
      /^the time 2026-11-22T22:00:00.000Z: then its subscription is read again/,
    ],
    [
      'that waits for its next attempt',
      { record: { ...recordOf(), attempts: [attempt({ ended: at(-1) })] } },
      /^the time 2026-\S+: \w+ is judged again/,
    ],
    ['without a file', { file: null }, /a commit that brings the file back/],
    [
      'of one that is gone',
      { file: null, record: { ...recordOf(), gone: at(-60) } },
      /^nothing: it is gone/,
    ],
  ];
  for (const [what, given, said] of cases) {
    test(what, () => assert.match(explained(recorded(given)).changedBy.join('\n'), said));
  }
});

/** Of an agent whose create left no server. */
function recordOf(): AgentRecord {
  const { server: _server, ...rest } = unfinishedNo(1);
  assert.ok(chosen !== undefined);
  return rest;
}
