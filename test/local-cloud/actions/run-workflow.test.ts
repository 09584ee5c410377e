/** The order and the conditions of the jobs of a run, by the results of those before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGroups } from '../../../local-cloud/actions/groups.ts';
import { type Attempt, runWorkflow } from '../../../local-cloud/actions/run-workflow.ts';
import { readWorkflow } from '../../../local-cloud/actions/workflow.ts';
import type { RunConclusion, RunJob } from '../../../local-cloud/github/actions-records.ts';

/** @param results of the jobs that run; by default success */
async function resultsOf(jobs: string, results: Readonly<Record<string, RunConclusion>>) {
  const records: RunJob[] = [];
  const attempt: Attempt = {
    workflow: readWorkflow('w.yml', `on: push\njobs:\n${jobs}`),
    contexts: {},
    settings: { variables: {}, secrets: {}, environments: new Map() },
    groups: createGroups(),
    branch: 'main',
    cancelling: new AbortController(),
    kept: new Map(),
    newRecord(name) {
      const record: RunJob = {
        ...{ id: records.length, name, lines: [], steps: [] },
        ...{ startedMs: null, completedMs: null, conclusion: null },
      };
      records.push(record);
      return record;
    },
    onChange: () => {},
    onDone: () => {},
    run: async ({ job }) => ({ result: results[job.id] ?? 'success', outputs: {} }),
    now: () => 0,
  };
  const conclusion = await runWorkflow(attempt);
  return { conclusion, ...Object.fromEntries(records.map((one) => [one.name, one.conclusion])) };
}

const job = (id: string, more: string) => `  ${id}: {runs-on: x, steps: [], ${more}}\n`;
const after = (id: string, one: string, condition: string) =>
  job(id, `needs: [${one}], if: "${condition}"`);

test('after a skipped job no status function holds but always()', async () => {
  const jobs =
    job('first', 'if: false') +
    after('good', 'first', 'success()') +
    after('bad', 'first', 'failure()') +
    after('stopped', 'first', 'cancelled()') +
    after('any', 'first', 'always()') +
    after('unless', 'first', '!cancelled()');
  assert.deepEqual(await resultsOf(jobs, {}), {
    ...{ conclusion: 'success', first: 'skipped', any: 'success', unless: 'success' },
    ...{ good: 'skipped', bad: 'skipped', stopped: 'skipped' },
  });
});

test('a failure or a skip counts for every job of the chain after it', async () => {
  const chain =
    after('second', 'first', 'always()') +
    after('third', 'second', 'failure()') +
    job('fourth', 'needs: second');
  assert.deepEqual(await resultsOf(job('first', 'name: first') + chain, { first: 'failure' }), {
    ...{ conclusion: 'failure', first: 'failure', second: 'success', third: 'success' },
    fourth: 'skipped',
  });
  assert.deepEqual(await resultsOf(job('first', 'if: false') + chain, {}), {
    ...{ conclusion: 'success', first: 'skipped', second: 'success', third: 'skipped' },
    fourth: 'skipped',
  });
});
