/** The run that a process acts as: leases are taken in its name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownRun, workflowRun } from '../../../reconciler/app/cli/run/run-id.ts';

test('in a workflow it is the run and its attempt, from GitHub’s variables', () => {
  const env = { GITHUB_RUN_ID: '1658821493', GITHUB_RUN_ATTEMPT: '3' };
  assert.deepEqual(ownRun(env), { id: '1658821493', attempt: 3 });
  assert.deepEqual(workflowRun(env), { id: '1658821493', attempt: 3 });
});

test('a run whose attempt cannot be read takes no lease', () => {
  for (const attempt of [undefined, '', ' ', '0', '-1', '1.5', 'two', '1e3', '99999999999']) {
    const env = { GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: attempt };
    assert.throws(() => ownRun(env), { reason: 'InvalidInput', message: /GITHUB_RUN_ATTEMPT/ });
    assert.throws(() => workflowRun(env), { reason: 'InvalidInput' });
  }
});

test('by hand it is no run of the Forge, and always a first attempt', () => {
  for (const env of [{}, { GITHUB_RUN_ID: ' ' }, { GITHUB_RUN_ATTEMPT: '2' }]) {
    assert.equal(workflowRun(env), null);
    const { id, attempt } = ownRun(env);
    assert.match(id, /^local-[A-Za-z0-9-]+$/);
    assert.equal(attempt, 1);
  }
});
