/**
 * `aura doctor --repository` over the settings of a new agents repository: each one is wrong at
 * first, and right once it was set through GitHub's API as the advice says.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Finding } from '../../reconciler/app/cli/verbs/doctor.ts';
import { aura, auraJson } from '../app/cli/program.ts';
import { type FleetWorld, policyText, startFleetWorld, toolsHere } from './fleet-world.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
type Env = Readonly<Record<string, string>>;

const checkNames = [
  'environment',
  'secrets',
  'variables',
  'branch main',
  'branch status',
  'App pushes',
  'App permissions',
] as const;
type CheckName = (typeof checkNames)[number];

describe('doctor proves the repository ready', { skip }, () => {
  let world: FleetWorld;
  let admin: Env = {};
  let appId = 0;
  const unwell = new Set<CheckName>();

  before(async () => {
    world = await startFleetWorld({ seed: 81, rate: 1, policy: policyText });
    const { github } = world.cloud.world;
    const permissions = { contents: 'write', pull_requests: 'write', actions: 'read' } as const;
    const app = github.installApp({ slug: 'aura', permissions });
    appId = app.id;
    admin = {
      ...world.env,
      GITHUB_TOKEN: github.tokenOfPerson('aura'),
      GITHUB_APP_ID: String(app.id),
      GITHUB_APP_PRIVATE_KEY: app.privateKey,
    };
  });
  after(() => world?.close());

  async function looked(env: Env = admin): Promise<ReadonlyMap<string, Finding>> {
    const { document } = await auraJson(['doctor', '--repository'], env);
    const checks = document['checks'] as readonly Finding[];
    return new Map(checks.map((check) => [check.name, check]));
  }
  async function fails(
    name: CheckName,
    says: RegExp,
    todo: RegExp,
    env: Env = admin,
  ): Promise<void> {
    const found = (await looked(env)).get(name);
    assert.deepEqual([found?.ok, found?.unknown], [false, undefined], JSON.stringify(found));
    assert.match(found?.message ?? '', says);
    assert.match(found?.todo ?? '', todo);
    unwell.add(name);
  }
  async function isWell(name: CheckName): Promise<void> {
    const found = (await looked()).get(name);
    assert.deepEqual([found?.ok, found?.todo], [true, undefined], JSON.stringify(found));
  }
  async function github(method: string, path: string, body?: object): Promise<Response> {
    const answer = await fetch(`${admin['GITHUB_API_URL']}/repos/aura/agents${path}`, {
      method,
      headers: { authorization: `Bearer ${admin['GITHUB_TOKEN']}`, 'user-agent': 'test' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer;
  }

  test('the environment exists, and is for main alone', async () => {
    const path = '/environments/production';
    const limited = (own: boolean) => ({
      deployment_branch_policy: { protected_branches: own, custom_branch_policies: !own },
    });
    await fails(
      'environment',
      /^there is no environment production$/,
      /^gh api -X PUT repos\/aura\/agents/,
    );
    await github('PUT', path, {});
    await fails('environment', /of every branch may use/, /custom_branch_policies/);
    await github('PUT', path, limited(true));
    await fails('environment', /of every protected branch may use/, /custom_branch_policies/);
    await github('PUT', path, limited(false));
    await fails('environment', /^no branch may use/, /deployment-branch-policies -f name=main$/);
    await github('POST', `${path}/deployment-branch-policies`, { name: 'main' });
    await isWell('environment');
    await github('POST', `${path}/deployment-branch-policies`, { name: 'release/*' });
    await fails('environment', /not for main alone: release\/\*/, /settings\/environments/);
  });

  test('the secrets that the workflows name are in it, and not open to every branch', async () => {
    const missing = (await looked()).get('secrets')?.message ?? '';
    assert.match(missing, /^environment production lacks .*HCLOUD_TOKEN/);
    const secret = { encrypted_value: Buffer.alloc(64).toString('base64'), key_id: '' };
    const names = missing.replace('environment production lacks ', '').split(', ');
    for (const name of names)
      await github('PUT', `/environments/production/secrets/${name}`, secret);
    await isWell('secrets');
    await github('DELETE', '/environments/production/secrets/HCLOUD_TOKEN');
    await fails(
      'secrets',
      /lacks HCLOUD_TOKEN$/,
      /^gh secret set HCLOUD_TOKEN --env production --repo aura\/agents$/,
    );
    await github('PUT', '/environments/production/secrets/HCLOUD_TOKEN', secret);
    const { key_id } = (await (await github('GET', '/actions/secrets/public-key')).json()) as {
      key_id: string;
    };
    await github('PUT', '/actions/secrets/HCLOUD_TOKEN', { ...secret, key_id });
    await fails('secrets', /of every branch read HCLOUD_TOKEN/, /^gh secret delete HCLOUD_TOKEN/);
  });

  test('the variables that the workflows name', async () => {
    const missing = (await looked()).get('variables')?.message ?? '';
    const names = missing.replace('the repository lacks ', '').split(', ');
    assert.ok(names.includes('AURA_REF') && !names.includes('AURA_MAIL_FROM'), missing);
    await fails('variables', /AURA_REF/, /gh variable set AURA_REF --repo aura\/agents/);
    for (const name of names) await github('POST', '/actions/variables', { name, value: 'x' });
    await isWell('variables');
  });

  const conditions = (branch: string) => ({
    ref_name: { include: [`refs/heads/${branch}`], exclude: [] },
  });
  const ruleset = (branch: string, rules: readonly object[], more: object = {}) => ({
    ...{ name: branch, target: 'branch', enforcement: 'active', rules },
    ...{ conditions: conditions(branch), ...more },
  });
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

  test('history is kept, code owners review, and the App may push', async () => {
    await fails('branch status', /there is no branch status/, /aura init/);
    const main = await world.main();
    await world.person().createBranch('status', main.commit);
    await fails('branch status', /may be rewritten: force pushes/, /settings\/rules/);
    await github('POST', '/rulesets', ruleset('status', history));
    await isWell('branch status');

    await fails('branch main', /may be rewritten/, /settings\/rules/);
    const made = await github('POST', '/rulesets', ruleset('main', [{ type: 'non_fast_forward' }]));
    const { id } = (await made.json()) as { id: number };
    await fails('branch main', /branch main may be deleted/, /settings\/rules/);
    await github('PUT', `/rulesets/${id}`, ruleset('main', history));
    await fails('branch main', /does not require the review of code owners/, /settings\/rules/);
    await github('PUT', `/rulesets/${id}`, ruleset('main', [...history, review]));
    await isWell('branch main');
    await fails('App pushes', new RegExp(`App ${appId} may not push to main`), /bypass list/);
    const bypass_actors = [{ actor_id: appId, actor_type: 'Integration', bypass_mode: 'always' }];
    await github(
      'PUT',
      `/rulesets/${id}`,
      ruleset('main', [...history, review], { bypass_actors }),
    );
    await isWell('App pushes');
  });

  test('the permissions of the App', async () => {
    await isWell('App permissions');
    const permissions = { contents: 'read', pull_requests: 'write', actions: 'read' } as const;
    const app = world.cloud.world.github.installApp({ slug: 'weak', permissions });
    const weak = { GITHUB_APP_ID: String(app.id), GITHUB_APP_PRIVATE_KEY: app.privateKey };
    await fails('App permissions', /the App lacks contents: write/, /settings of the App/, {
      ...admin,
      ...weak,
    });
  });

  test('what the token of the App may not read is unknown, and not right', async () => {
    const { GITHUB_TOKEN: _, ...asApp } = admin;
    const found = await looked(asApp);
    for (const name of ['secrets', 'variables'])
      assert.deepEqual([found.get(name)?.ok, found.get(name)?.unknown], [false, true], name);
    assert.match(
      found.get('variables')?.todo ?? '',
      /GITHUB_TOKEN=\$\(gh auth token\) aura doctor --repository/,
    );
  });

  test('no check is left out; with --read-only it is a usage error', async () => {
    assert.deepEqual([...unwell].sort(), [...checkNames].sort());
    const { code, stderr } = await aura(['doctor', '--repository', '--read-only'], admin);
    assert.equal(code, 64, stderr);
  });
});
