import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explanationText } from '../../../reconciler/app/cli/verbs/explain.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import { explainAgent } from '../../../reconciler/core/status/explain.ts';
import {
  at,
  attempt,
  convergedWorld,
  fileNo,
  idNo,
  policyOf,
  recordNo,
  runsSaid,
  seenLongAgo,
  serverNo,
  worldOf,
} from '../../builders/world.ts';

const explained = (world: World, n = 1) => {
  const explanation = explainAgent(world, planOf(world), idNo(n));
  assert.ok(explanation !== null, 'something is known of it');
  return explanation;
};
const rowAnd = (world: World) => {
  const { row, decision } = explained(world);
  return [row.name, decision];
};

test('an agent that runs as its file asks has no change', () => {
  assert.deepEqual(rowAnd(convergedWorld(2)), ['none', 'nothing']);
});

test('the row is that of the requested agent', () => {
  const world = convergedWorld(2, { files: [fileNo(1), fileNo(2, { power: 'stopped' })] });
  assert.deepEqual(
    [explained(world, 1).row.name, explained(world, 2).row.name],
    ['none', 'power off'],
  );
});

test('an unknown agent has no explanation', () => {
  const world = convergedWorld(1);
  assert.equal(explainAgent(world, planOf(world), idNo(9)), null);
});

test('the row that applies and its decision', () => {
  const wanting = worldOf({ files: [fileNo(1)] });
  assert.match(
    rowAnd(wanting).join(' | '),
    /^create \| will be done: create agt-\w+: plan starter/,
  );
  const poor = { ...wanting, policy: policyOf('limits: {fleetCostMonthlyMax: 1}\n') };
  const { row, decision, restraints } = explained(poor);
  assert.match(`${row.name} | ${decision}`, /^create \| deferred at place 1: create/);
  assert.match(restraints.join(), /limit fleetCost: the fleet would cost 5.5 a month/);
});

test('a hold that is cut to the limit of the policy has its end', () => {
  const hold = { reason: 'a legal case', since: at(-60), until: at(8 * 1440) };
  const held = explained(convergedWorld(1, { files: [fileNo(1, { hold })] }));
  const cut = `it ends at ${at(-60 + 7 * 1440)} and not at ${hold.until}: the policy \\(hold\\.daysMax\\) allows 7 days`;
  assert.match(held.restraints.join(), new RegExp(`a legal case \\(${cut}`));
  assert.match(held.decision, /^left alone: Held, hands off: a legal case \(it ends at /);
  const short = { ...hold, until: at(7 * 1440 - 60) };
  const kept = explained(convergedWorld(1, { files: [fileNo(1, { hold: short })] }));
  assert.doesNotMatch(JSON.stringify(kept), /it ends at/);
});

test('a file at another path is named, with its right path', () => {
  const [path, rest] = ['agents/renamed.yaml', { oid: 'f'.repeat(40), problems: [] }];
  const renamed = { kind: 'invalid' as const, id: null, path, names: idNo(1), ...rest };
  const { row, decision, file } = explained(convergedWorld(1, { files: [renamed] }));
  assert.deepEqual([row.name, file?.path], ['frozen', path]);
  assert.equal(
    decision,
    `left alone: its file is at ${path}, where it is not read: it belongs at ${fileNo(1).path}`,
  );
  const own = explained(convergedWorld(1, { files: [fileNo(1), renamed] }));
  assert.equal(own.file?.path, fileNo(1).path, 'one of its own is what counts');
});

test('refused, held, stopped, busy, removed and orphaned ones have their reason', () => {
  const retired = { at: at(-600), by: 'person' as const, reason: 'abuse' };
  const numbers = [1, 2, 3, 4, 5, 6];
  const massive = seenLongAgo(
    convergedWorld(6, { files: numbers.map((n) => fileNo(n, { retired })) }),
  );
  assert.match(rowAnd(massive).join(' | '), /^retire \| refused: retire/);

  const hold = { reason: 'a legal case', since: at(-60), until: at(60) };
  const held = explained(seenLongAgo(convergedWorld(1, { files: [fileNo(1, { retired, hold })] })));
  assert.match(held.decision, /HoldBlocksRetirement/);
  assert.match(held.restraints.join(), /a hold until .*: a legal case/);
  assert.equal(held.nextDueAt, at(60));

  const stopped = explained({ ...worldOf({ files: [fileNo(1)] }), stop: 'fire' });
  assert.match(stopped.restraints.join(), /the fleet is stopped: fire/);

  const lease = {
    run: '7',
    runAttempt: 1,
    change: 'configure' as const,
    nonce: 'abcdefghij012345',
    since: at(-5),
    until: at(60),
    step: 'configure' as const,
  };
  const busy = convergedWorld(1, { records: [recordNo(1, { lease })] });
  const working = { ...busy, runs: runsSaid({ '7': 'running' }) };
  assert.equal(explained(working).row.name, 'busy');
  assert.match(explained(working).restraints.join(), /a lease of run 7\/1: configure at configure/);

  const removed = convergedWorld(3, { files: [fileNo(2), fileNo(3)] });
  assert.match(rowAnd(removed).join(' | '), /^finalize: removed file \| its file was removed/);
  const orphan = worldOf({}, { servers: [serverNo(1)] });
  assert.match(rowAnd(orphan).join(' | '), /^orphan \| no file and no record names it/);
  const records = [recordNo(1, { gone: at(-60), phase: 'retired' })];
  assert.deepEqual(rowAnd(worldOf({ records })), [
    'gone',
    'nothing: it was retired, and nothing is left of it',
  ]);
  const cameBack = worldOf({ records }, { servers: [serverNo(1)] });
  assert.match(
    rowAnd(cameBack).join(' | '),
    /^orphan \| it was retired, and something of it is there/,
  );
  assert.deepEqual(explained(cameBack).changedBy, ['a decision about the orphan: `aura orphans`']);
});

test('an invalid file, and failed attempts, as text', (t) => {
  const problem = { path: 'p', line: 7, column: 3, field: 'spec.power', message: 'is odd' };
  const { path, oid, id } = fileNo(2);
  const attempts = [attempt({ message: 'apt does not answer' }), attempt({ ended: at(-2) })];
  const half = recordNo(1, { everRunning: false, phase: 'configuring', attempts });
  const world = convergedWorld(2, {
    files: [fileNo(1), { kind: 'invalid', id, path, oid, problems: [problem] }],
    records: [half, recordNo(2)],
  });
  const paint = (_style: string, text: string) => text;
  const texts = [1, 2].map((n) => explanationText(explained(world, n), { paint }));
  t.assert.snapshot(texts.join('\n\n----\n\n'), { serializers: [String] });
});

test('in a partial reading what was not listed is unknown', () => {
  const reading = {
    kind: 'partial' as const,
    reasons: [{ source: 'servers' as const, detail: 'page 2 is missing' }],
  };
  const world = worldOf({ files: [fileNo(1)], records: [recordNo(1)] }, { reading });
  const so = explained(world);
  assert.match(so.restraints.join(), /the reading is partial: servers: page 2 is missing/);
  const text = explanationText(so, { paint: (_style, text) => text });
  assert.match(text, /observed +no server in the partial reading/);
});
