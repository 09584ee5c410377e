/** What a rebuild of some lost records leaves of the day's budget. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { rebuildRecords } from '../../../reconciler/core/fleet/rebuild.ts';
import { parseRecordFile, renderRecord } from '../../../reconciler/core/fleet/record-file.ts';
import { budgetOf } from '../../../reconciler/core/plan/destroy-budget.ts';
import {
  catalogOf,
  fileNo,
  idNo,
  nowMs,
  policyOf,
  recordNo,
  serverNo,
} from '../../builders/world.ts';

const numbers = (n: number) => Array.from({ length: n }, (_, place) => place + 1);

for (const [fleet, lost] of [
  [100, 3],
  [1000, 3],
  [2000, 1],
] as const)
  test(`no end for a day after ${lost} of ${fleet} records were rebuilt`, () => {
    const kept = numbers(fleet).filter((n) => n > lost);
    const policy = policyOf();
    const { records } = rebuildRecords({
      nowMs,
      policy,
      catalog: catalogOf(),
      files: numbers(fleet).map((n) => fileNo(n)),
      records: kept.map((n) =>
        parseRecordFile({ path: agentPath(idNo(n)), text: renderRecord(recordNo(n)) }),
      ),
      servers: numbers(fleet).map((n) => serverNo(n)),
      devices: [],
      stateServers: new Map(),
    });
    assert.equal(records.length, lost);
    const all = [...records, ...kept.map((n) => recordNo(n))];
    const later = nowMs + 2 * 3_600_000;
    const basis = { records: all, policy, nowMs: later, runs: new Map(), serversSeen: fleet };
    const { atMs } = budgetOf('retire', basis).take();
    assert.ok(atMs >= nowMs + 24 * 3_600_000, `one may go at ${new Date(atMs).toISOString()}`);
  });
