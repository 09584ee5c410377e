/** What starts a workflow. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ActionsEvent, cronNames, starts } from '../../../local-cloud/actions/triggers.ts';
import { readWorkflow } from '../../../local-cloud/actions/workflow.ts';

const jobs = 'jobs: {one: {runs-on: x, steps: []}}';
const on = (text: string) => readWorkflow('w.yml', `on: ${text}\n${jobs}`);
const push = (ref: string, paths: readonly string[] | null): ActionsEvent => ({
  name: 'push',
  ref,
  sha: 'a',
  before: null,
  paths,
});

describe('a push', () => {
  const workflow = on('{push: {branches: [main], paths: ["agents/**", "*.yaml", "!x.yaml"]}}');

  test('starts what its branch and one of its paths are named by', () => {
    assert.ok(starts(workflow, push('refs/heads/main', ['README.md', 'agents/7/m/a.yaml'])));
    assert.ok(starts(workflow, push('refs/heads/main', ['policy.yaml'])));
    assert.ok(starts(workflow, push('refs/heads/main', null)));
  });

  test('starts nothing else', () => {
    assert.ok(!starts(workflow, push('refs/heads/main', ['x.yaml', 'docs/policy.yaml'])));
    assert.ok(!starts(workflow, push('refs/heads/status', ['policy.yaml'])));
    assert.ok(!starts(workflow, push('refs/tags/v1', ['policy.yaml'])));
    assert.ok(!starts(on('pull_request'), push('refs/heads/main', null)));
  });
});

test('a dispatch starts what asks for its type, and a schedule its own workflow', () => {
  const workflow = on('{repository_dispatch: {types: [go]}, schedule: [{cron: "17 * * * *"}]}');
  const dispatch = (type: string): ActionsEvent => ({
    name: 'repository_dispatch',
    type,
    payload: {},
  });
  assert.ok(starts(workflow, dispatch('go')));
  assert.ok(!starts(workflow, dispatch('stay')));
  assert.ok(starts(workflow, { name: 'schedule', workflow: 'w.yml', cron: '17 * * * *' }));
  assert.ok(!starts(workflow, { name: 'schedule', workflow: 'v.yml', cron: '17 * * * *' }));
  assert.deepEqual(workflow.crons, ['17 * * * *']);
});

test('a pull request starts on its usual actions, or those that are named', () => {
  const event = (action: 'opened' | 'synchronize' | 'reopened'): ActionsEvent => ({
    name: 'pull_request',
    action,
    number: 1,
    base: 'main',
    head: 'x',
    fork: null,
    headSha: 'a',
    sha: 'b',
  });
  for (const action of ['opened', 'synchronize', 'reopened'] as const)
    assert.ok(starts(on('pull_request'), event(action)));
  assert.ok(!starts(on('{pull_request: {types: [opened]}}'), event('synchronize')));
  assert.ok(!starts(on('{pull_request: {branches: [other]}}'), event('opened')));
});

test('cron names minutes in UTC', () => {
  const at = (time: string) => Date.parse(`2026-11-30T${time}:00Z`);
  assert.ok(cronNames('17 * * * *', at('05:17')));
  assert.ok(!cronNames('17 * * * *', at('05:18')));
  assert.ok(cronNames('*/15 * * * *', at('05:45')));
  assert.ok(!cronNames('*/15 * * * *', at('05:46')));
  assert.ok(cronNames('0,30 4-6 * * 1', at('06:30')));
  assert.ok(!cronNames('0,30 4-6 * * 2', at('06:30')));
  assert.ok(cronNames('43 3 30 11 *', at('03:43')));
  assert.throws(() => cronNames('17 *', at('05:17')));
});

test('a file that GitHub would refuse, or that cannot be run here, is refused', () => {
  for (const text of [
    'on: push',
    'on: push\njobs: {}',
    'jobs: {one: {steps: []}}',
    'on: push\njobs: {one: {uses: ./x.yml}}',
    'on: push\njobs: {one: {container: x}}',
    '- a list',
  ])
    assert.throws(() => readWorkflow('w.yml', text), Error, text);
});
