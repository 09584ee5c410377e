/** Protections and rulesets as GitHub shows them. */
import { userBody } from './bodies.ts';
import { fieldIn, listIn, textsIn } from './input.ts';
import type { Ruleset, Setting } from './protection.ts';
import { teamBody } from './pull-bodies.ts';
import { type GithubWorld, htmlUrl, nodeId, repoUrl, timeOf } from './world.ts';

export function protectionUrl(world: GithubWorld, branch: string): string {
  return repoUrl(world, `/branches/${encodeURIComponent(branch)}/protection`);
}

/** The protection in the body of every branch. */
export function protectionSummary(world: GithubWorld, branch: string) {
  const setting = world.protections.branches.get(branch);
  const covered = world.protections.coveringRef(`refs/heads/${branch}`).length > 0;
  const checks = setting?.guard.checks ?? null;
  const level = setting?.guard.bypasses(world.accounts.owner) ? 'non_admins' : 'everyone';
  return {
    protected: covered,
    protection: {
      enabled: setting !== undefined,
      required_status_checks: {
        enforcement_level: checks === null ? 'off' : level,
        contexts: checks?.contexts ?? [],
        checks: (checks?.contexts ?? []).map((context) => ({ context, app_id: null })),
      },
    },
    protection_url: protectionUrl(world, branch),
  };
}

export function protectionBody(
  world: GithubWorld,
  branch: string,
  { asked, guard }: Setting,
): Record<string, unknown> {
  const url = protectionUrl(world, branch);
  const on = (field: string) => fieldIn(asked, field) === true;
  const flags = [
    'required_linear_history',
    'allow_force_pushes',
    'allow_deletions',
    'block_creations',
    'required_conversation_resolution',
    'lock_branch',
    'allow_fork_syncing',
  ];
  return {
    url,
    ...(guard.checks === null ? {} : { required_status_checks: checksBody(url, guard.checks) }),
    enforce_admins: { url: `${url}/enforce_admins`, enabled: on('enforce_admins') },
    ...(guard.reviews === null
      ? {}
      : { required_pull_request_reviews: reviewsBody(world, url, asked) }),
    ...(guard.pushers === null
      ? {}
      : { restrictions: peopleBody(world, `${url}/restrictions`, fieldIn(asked, 'restrictions')) }),
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    ...Object.fromEntries(flags.map((flag) => [flag, { enabled: on(flag) }])),
  };
}

function checksBody(url: string, checks: { contexts: readonly string[]; strict: boolean }) {
  const own = `${url}/required_status_checks`;
  return {
    url: own,
    strict: checks.strict,
    contexts: checks.contexts,
    contexts_url: `${own}/contexts`,
    checks: checks.contexts.map((context) => ({ context, app_id: null })),
  };
}

function reviewsBody(world: GithubWorld, url: string, asked: unknown) {
  const own = `${url}/required_pull_request_reviews`;
  const given = fieldIn(asked, 'required_pull_request_reviews');
  const bypass = fieldIn(given, 'bypass_pull_request_allowances');
  return {
    url: own,
    dismiss_stale_reviews: fieldIn(given, 'dismiss_stale_reviews') === true,
    require_code_owner_reviews: fieldIn(given, 'require_code_owner_reviews') === true,
    require_last_push_approval: fieldIn(given, 'require_last_push_approval') === true,
    required_approving_review_count: Number(fieldIn(given, 'required_approving_review_count') ?? 1),
    ...(bypass === undefined
      ? {}
      : { bypass_pull_request_allowances: allowancesBody(world, bypass) }),
  };
}

function peopleBody(world: GithubWorld, url: string, given: unknown): Record<string, unknown> {
  return {
    url,
    users_url: `${url}/users`,
    teams_url: `${url}/teams`,
    apps_url: `${url}/apps`,
    ...allowancesBody(world, given),
  };
}

function allowancesBody(world: GithubWorld, given: unknown): Record<string, unknown> {
  const users = (textsIn(given, 'users') ?? []).flatMap((login) => {
    const account = world.accounts.byLogin(login);
    return account === undefined ? [] : [userBody(world, account)];
  });
  const apps = (textsIn(given, 'apps') ?? []).map((slug) => {
    const app = world.accounts.apps.find((one) => one.slug === slug);
    const owner = userBody(world, world.accounts.owner);
    const times = { created_at: timeOf(world.createdMs), updated_at: timeOf(world.createdMs) };
    const id = app?.id ?? 0;
    return {
      id,
      slug,
      node_id: nodeId('A', id),
      owner,
      name: slug,
      description: '',
      external_url: 'https://example.com',
      html_url: `https://github.com/apps/${slug}`,
      ...times,
      permissions: app?.permissions ?? {},
      events: [],
    };
  });
  const teams = (textsIn(given, 'teams') ?? []).map((slug) => teamBody(world, slug));
  return { users, teams, apps };
}

export function rulesetBody(world: GithubWorld, ruleset: Ruleset): Record<string, unknown> {
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: ruleset.target,
    source_type: 'Repository',
    source: `${world.owner}/${world.name}`,
    enforcement: ruleset.enforcement,
    bypass_actors: listIn(ruleset.asked, 'bypass_actors') ?? [],
    current_user_can_bypass: 'never',
    conditions: fieldIn(ruleset.asked, 'conditions') ?? { ref_name: { include: [], exclude: [] } },
    rules: listIn(ruleset.asked, 'rules') ?? [],
    node_id: nodeId('RRS', ruleset.id),
    created_at: timeOf(ruleset.createdMs),
    updated_at: timeOf(ruleset.updatedMs),
    _links: {
      self: { href: repoUrl(world, `/rulesets/${ruleset.id}`) },
      html: { href: htmlUrl(world, `/rules/${ruleset.id}`) },
    },
  };
}
