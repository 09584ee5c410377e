/** An administrator protects the branches, and `aura doctor --repository` proves that all is set. */
import assert from 'node:assert/strict';
import type { Printed } from '../../reconciler/app/cli/text/documents.ts';
import type { Finding } from '../../reconciler/app/cli/verbs/doctor.ts';
import { auraJson } from './program.ts';
import { indented } from './scene.ts';
import type { Stage } from './stage.ts';
import { github } from './world-view.ts';

/** The checks of `--repository`. The others are of the accounts. */
const names = [
  'environment',
  'secrets',
  'variables',
  'branch main',
  'branch status',
  'App pushes',
  'App permissions',
];

export async function theRepositoryIsReady(stage: Stage): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('Rules keep the history, and the agents repository is ready');
  const before = wrongOf(await doctor(stage));
  assert.deepEqual(before, ['branch main', 'branch status']);
  await protect(stage);
  const after = await doctor(stage);
  assert.deepEqual(wrongOf(after), [], JSON.stringify(after));
  narrator.say('Rulesets: no force pushes, no deletions, and code owners review what is theirs.');
  narrator.say('aura doctor --repository says:');
  for (const { name, message } of after) narrator.say(indented(`${name}: ${message}`));
}

/** The App and administrators may push to main without a review. */
async function protect(stage: Stage): Promise<void> {
  const history = [{ type: 'deletion' }, { type: 'non_fast_forward' }];
  const review = {
    type: 'pull_request',
    parameters: {
      dismiss_stale_reviews_on_push: false,
      require_code_owner_review: true,
      require_last_push_approval: false,
      required_approving_review_count: 1,
      required_review_thread_resolution: false,
    },
  };
  const bypass_actors = [
    { actor_id: Number(stage.app.id), actor_type: 'Integration', bypass_mode: 'always' },
    { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' },
  ];
  const rules = {
    main: { rules: [...history, review], bypass_actors },
    status: { rules: history },
  };
  for (const [name, more] of Object.entries(rules)) {
    const conditions = { ref_name: { include: [`refs/heads/${name}`], exclude: [] } };
    const ruleset = { name, target: 'branch', enforcement: 'active', conditions, ...more };
    await github(stage, 'POST', '/rulesets', ruleset);
  }
}

const wrongOf = (findings: readonly Finding[]) =>
  findings.filter(({ ok }) => !ok).map(({ name }) => name);

/**
 * As an administrator, with the App's key beside. What is not of the repository, such as a webhook's
 * endpoint, may be amiss in this world.
 */
async function doctor({ cloud, env }: Stage): Promise<readonly Finding[]> {
  const own = { ...env, GITHUB_TOKEN: cloud.world.github.tokenOfPerson('olga') };
  const { checks } = await auraJson<Printed<'doctor'>>(['doctor', '--repository'], own);
  return checks.filter(({ name }) => names.includes(name));
}
