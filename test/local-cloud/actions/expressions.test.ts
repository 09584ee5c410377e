/** Expressions of workflows, evaluated as GitHub does. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  conditionHolds,
  interpolated,
  resolved,
  withNeeds,
} from '../../../local-cloud/actions/expressions.ts';

const contexts = {
  github: { event_name: 'push', event: { client_payload: { because: "it's due" } } },
  vars: { RUNNER: '' },
  needs: {
    plan: { result: 'success', outputs: { shards: '["1/2","2/2"]', why: "it's" } },
    fleet: { result: 'skipped', outputs: {} },
  },
};

const evaluate = (expression: string) => resolved(`\${{ ${expression} }}`, contexts);

describe('an expression', () => {
  test('has the values, operators and functions of GitHub', () => {
    assert.deepEqual(evaluate('fromJSON(needs.plan.outputs.shards)'), ['1/2', '2/2']);
    assert.equal(evaluate("vars.RUNNER || 'ubuntu-latest'"), 'ubuntu-latest');
    assert.equal(evaluate("github.event_name == 'PUSH' && 'yes' || 'no'"), 'yes');
    assert.equal(evaluate('github.event.client_payload.because'), "it's due");
    assert.equal(evaluate('vars.MISSING'), null);
    assert.throws(() => evaluate('secrets.X'));
    assert.throws(() => evaluate("'open"));
  });

  test('is put into text, and alone keeps its type', () => {
    assert.equal(interpolated('plan-${{ github.event_name }}', contexts), 'plan-push');
    assert.deepEqual(resolved('${{ fromJSON(needs.plan.outputs.shards) }}', contexts), [
      '1/2',
      '2/2',
    ]);
    assert.equal(resolved(7, contexts), 7);
  });

  test('of a step has the results of other jobs as literals', () => {
    const step =
      "${{ needs.plan.outputs.why }} ${{ needs.fleet.result == 'x' && secrets.X }} needs.a";
    assert.equal(
      withNeeds(step, contexts),
      "${{ 'it''s' }} ${{ 'skipped' == 'x' && secrets.X }} needs.a",
    );
  });
});

describe('the condition of a job', () => {
  const holds = (condition: string | null, status: 'success' | 'failure' | 'cancelled') =>
    conditionHolds(condition, contexts, status);

  test('is success without one, and with one that asks for no status', () => {
    for (const condition of [null, "needs.plan.outputs.shards != '[]'", '${{ true }}']) {
      assert.equal(holds(condition, 'success'), true);
      assert.equal(holds(condition, 'failure'), false);
      assert.equal(holds(condition, 'cancelled'), false);
    }
    assert.equal(holds("needs.plan.outputs.shards == '[]'", 'success'), false);
  });

  test('may ask for a status', () => {
    const unless = "${{ !cancelled() && needs.plan.result == 'success' }}";
    assert.equal(holds(unless, 'failure'), true);
    assert.equal(holds(unless, 'cancelled'), false);
    assert.equal(holds('always()', 'cancelled'), true);
    assert.equal(holds('failure()', 'failure'), true);
    assert.equal(holds('failure()', 'success'), false);
  });
});
