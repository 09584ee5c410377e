/**
 * Reads the settings of the agents repository: who may push where, its environments, and the names
 * of secrets and variables. What the token may not read is `null`, which is no answer.
 * https://docs.github.com/rest
 */
import type { Octokit } from '@octokit/rest';
import type {
  BranchSettings,
  Read,
  RepositorySettings,
} from '../../core/status/repository-ready.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TokenSource } from '../../ports/forge.ts';
import { createClient } from './client.ts';
import { asked, failureOf, listIn, orNull, statusOf } from './failures.ts';

type Here = { readonly owner: string; readonly repo: string };

export async function repositorySettings(options: {
  readonly token: TokenSource;
  readonly repository: string;
  readonly apiUrl: string;
  readonly clock: Clock;
}): Promise<RepositorySettings> {
  const { rest, paginate } = createClient(options);
  const [owner = '', repo = ''] = options.repository.split('/');
  const here = { owner, repo };
  const all = { ...here, per_page: 100 };
  const names = (read: Promise<readonly { readonly name: string }[]>) =>
    readable(read.then((list) => listIn(list).map(({ name }) => name)));
  return {
    repository: options.repository,
    environment: await environmentOf({ rest, paginate }, here, 'production'),
    secrets: await names(paginate(rest.actions.listRepoSecrets, all)),
    variables: await names(paginate(rest.actions.listRepoVariables, all)),
    branches: {
      main: await branchOf(rest, here, 'main'),
      status: await branchOf(rest, here, 'status'),
    },
  };
}

/** null where the token lacks a permission; 404 is how GitHub hides what a token may not see. */
async function readable<Value>(call: Promise<Value>): Promise<Read<Value>> {
  try {
    return { value: await call };
  } catch (thrown) {
    const status = statusOf(thrown);
    if (status === 403 || status === 404) return null;
    throw failureOf(thrown);
  }
}

async function environmentOf(
  { rest, paginate }: Pick<Octokit, 'rest' | 'paginate'>,
  here: Here,
  name: string,
): Promise<RepositorySettings['environment']> {
  const all = { ...here, per_page: 100 };
  const listed = await readable(rest.repos.getAllEnvironments(all));
  if (listed === null) return null;
  const found = listIn(listed.value.data.environments ?? []).find(
    (one) => one.name.toLowerCase() === name,
  );
  if (found === undefined) return { value: null };
  const policy = found.deployment_branch_policy ?? null;
  const own = { ...all, environment_name: found.name };
  const patterns = policy?.custom_branch_policies
    ? await readable(paginate(rest.repos.listDeploymentBranchPolicies, own))
    : { value: [] };
  const secrets = await readable(paginate(rest.actions.listEnvironmentSecrets, own));
  if (patterns === null) return null;
  const branches =
    policy === null
      ? ('all' as const)
      : policy.protected_branches
        ? ('protected' as const)
        : listIn(patterns.value).map((one) => one.name ?? '');
  const names = secrets === null ? null : { value: listIn(secrets.value).map((one) => one.name) };
  return { value: { branches, secrets: names } };
}

async function branchOf(
  rest: Octokit['rest'],
  here: Here,
  branch: string,
): Promise<Read<BranchSettings | null>> {
  const own = { ...here, branch };
  const found = await orNull(rest.repos.getBranch(own));
  if (found === null) return { value: null };
  const rules = await asked(rest.repos.getBranchRules({ ...own, per_page: 100 }));
  const ids = [...new Set(listIn(rules.data).flatMap((rule) => rule.ruleset_id ?? []))];
  const rulesets = await Promise.all(
    ids.map((id) => readable(rest.repos.getRepoRuleset({ ...here, ruleset_id: id }))),
  );
  const isClassic = found.data.protection?.enabled === true;
  const classic = isClassic ? await readable(rest.repos.getBranchProtection(own)) : { value: null };
  if (classic === null) return null;
  const protection = classic.value?.data;
  const reviews = protection?.required_pull_request_reviews;
  const types = new Set(listIn(rules.data).map(({ type }) => type));
  const reviewing = listIn(rules.data).filter(({ type }) => type === 'pull_request');
  const actors = rulesets.map((one) => one?.value.data.bypass_actors);
  return {
    value: {
      forcePushes:
        protection?.allow_force_pushes?.enabled !== false && !types.has('non_fast_forward'),
      deletions: protection?.allow_deletions?.enabled !== false && !types.has('deletion'),
      ownersReview:
        reviews?.require_code_owner_reviews === true ||
        reviewing.some(
          (rule) =>
            'parameters' in rule && Object(rule.parameters)['require_code_owner_review'] === true,
        ),
      // A ruleset whose bypass list the token may not see has none here.
      bypassedBy: [
        ...(reviews?.bypass_pull_request_allowances?.apps ?? []).flatMap((app) =>
          app === null || !('id' in app) ? [] : String(app.id),
        ),
        ...actors.flatMap((list) =>
          (list ?? []).flatMap((one) =>
            one.actor_type === 'Integration' ? String(one.actor_id) : [],
          ),
        ),
      ],
      bypassIsKnown: actors.every((list) => list !== undefined),
    },
  };
}
