/** Rulesets of the repository, as far as they guard branches and tags. */
import type { FastifyInstance } from 'fastify';
import type { Account } from './accounts.ts';
import { invalid, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { type Guard, matchesPattern } from './guard.ts';
import {
  booleanIn,
  fieldIn,
  listIn,
  numberOf,
  recordIn,
  requiredTextIn,
  textsIn,
  wholeIn,
  wordIn,
} from './input.ts';
import { page } from './page.ts';
import type { Ruleset } from './protection.ts';
import { rulesetBody } from './protection-bodies.ts';
import { isAdmin } from './protection-routes.ts';
import type { GithubWorld } from './world.ts';

type One = { Params: { id: string } };

export function registerRulesets(app: FastifyInstance, world: GithubWorld): void {
  const { rulesets } = world.protections;
  const indexOf = (id: string): number => {
    const index = rulesets.findIndex((one) => one.id === numberOf(id));
    if (index < 0) throw notFound();
    return index;
  };
  const put = async (index: number, ruleset: Ruleset) => {
    rulesets[index] = ruleset;
    await world.protections.changed();
    return rulesetBody(world, ruleset);
  };
  registerArea(app, { needs: 'administration', docs: 'repos/rules' }, (scope) => {
    scope.post('/rulesets', async ({ body }, reply) => {
      const made = rulesetIn(world, body, null);
      return reply.code(201).send(await put(rulesets.length, made));
    });
    scope.put<One>('/rulesets/:id', async ({ params, body }) => {
      const index = indexOf(params.id);
      return put(index, rulesetIn(world, body, rulesets[index] ?? null));
    });
    scope.delete<One>('/rulesets/:id', async ({ params }, reply) => {
      rulesets.splice(indexOf(params.id), 1);
      await world.protections.changed();
      return reply.code(204).send();
    });
  });
  registerArea(app, { needs: 'metadata', docs: 'repos/rules' }, (scope) => {
    scope.get('/rulesets', async (request, reply) =>
      page(rulesets, request, reply).map((one) => {
        const { rules: _, bypass_actors: _1, conditions: _2, ...rest } = rulesetBody(world, one);
        return rest;
      }),
    );
    scope.get<One>('/rulesets/:id', async ({ params }) => {
      const found = rulesets[indexOf(params.id)];
      if (found === undefined) throw notFound();
      return rulesetBody(world, found);
    });
    scope.get<{ Params: { branch: string } }>('/rules/branches/:branch', async (request, reply) =>
      page(rulesOf(world, request.params.branch), request, reply),
    );
  });
}

/** Every rule that holds for a branch, and where it comes from. */
function rulesOf(world: GithubWorld, branch: string): object[] {
  const ref = `refs/heads/${branch}`;
  return world.protections.rulesets
    .filter((one) => one.enforcement === 'active')
    .filter(({ guards }) => guards.some(({ pattern }) => matchesPattern(pattern, ref)))
    .flatMap(({ id, asked }) =>
      (listIn(asked, 'rules') ?? []).map((rule) => ({
        ...(rule as object),
        ruleset_source_type: 'Repository',
        ruleset_source: `${world.owner}/${world.name}`,
        ruleset_id: id,
      })),
    );
}

function rulesetIn(world: GithubWorld, body: unknown, before: Ruleset | null): Ruleset {
  const merged = { ...before?.asked, ...(body as object) };
  const name = requiredTextIn(merged, 'name');
  const enforcement = wordIn(merged, 'enforcement', ['disabled', 'active', 'evaluate']);
  if (enforcement === undefined) throw wrong('enforcement');
  const target = wordIn(merged, 'target', ['branch', 'tag', 'push']) ?? 'branch';
  const others = world.protections.rulesets.filter(({ id }) => id !== before?.id);
  if (others.some((one) => one.name === name)) {
    throw invalid({ resource: 'RepositoryRuleset', field: 'name', code: 'already_exists' });
  }
  const nowMs = world.clock.now();
  return {
    id: before?.id ?? world.nextId(),
    name,
    enforcement,
    target,
    asked: merged,
    guards: target === 'push' ? [] : guardsIn(world, merged, target),
    createdMs: before?.createdMs ?? nowMs,
    updatedMs: nowMs,
  };
}

function wrong(field: string) {
  return invalid({ resource: 'RepositoryRuleset', field, code: 'invalid' });
}

/** One guard for each pattern that is included. Exclusions are not kept. */
function guardsIn(world: GithubWorld, asked: unknown, target: 'branch' | 'tag'): Guard[] {
  const names = recordIn(recordIn(asked, 'conditions'), 'ref_name');
  const root = target === 'branch' ? 'refs/heads' : 'refs/tags';
  const patterns = (textsIn(names, 'include') ?? []).map((pattern) => {
    if (pattern === '~ALL') return `${root}/*`;
    if (pattern === '~DEFAULT_BRANCH') return `refs/heads/${world.settings.defaultBranch}`;
    return pattern.replaceAll('**', '*');
  });
  const rules = new Map<string, unknown>();
  for (const rule of listIn(asked, 'rules') ?? []) {
    const type = requiredTextIn(rule, 'type');
    if (!ruleTypes.includes(type)) throw wrong('rules');
    rules.set(type, fieldIn(rule, 'parameters'));
  }
  const bypass = listIn(asked, 'bypass_actors') ?? [];
  const bypasses = (actor: Account) => bypass.some((one) => isNamed(world, one, actor));
  return patterns.map((pattern) => guardOf({ pattern, rules, bypasses }));
}

const ruleTypes = [
  'creation',
  'update',
  'deletion',
  'non_fast_forward',
  'required_linear_history',
  'pull_request',
  'required_status_checks',
  'required_signatures',
  'required_deployments',
  'merge_queue',
  'commit_message_pattern',
  'commit_author_email_pattern',
  'committer_email_pattern',
  'branch_name_pattern',
  'tag_name_pattern',
  'code_scanning',
  'workflows',
];

function guardOf({
  pattern,
  rules,
  bypasses,
}: {
  pattern: string;
  rules: ReadonlyMap<string, unknown>;
  bypasses(actor: Account): boolean;
}): Guard {
  const pull = rules.get('pull_request');
  const checks = rules.get('required_status_checks');
  const required = (listIn(checks, 'required_status_checks') ?? []).map((one) =>
    requiredTextIn(one, 'context'),
  );
  return {
    source: 'ruleset',
    pattern,
    bypasses,
    reviews: rules.has('pull_request')
      ? {
          count: wholeIn(pull, 'required_approving_review_count') ?? 0,
          codeOwners: booleanIn(pull, 'require_code_owner_review') === true,
          dismissStale: booleanIn(pull, 'dismiss_stale_reviews_on_push') === true,
        }
      : null,
    checks: rules.has('required_status_checks')
      ? {
          contexts: required,
          strict: booleanIn(checks, 'strict_required_status_checks_policy') === true,
        }
      : null,
    pushers: null,
    forbids: {
      creation: rules.has('creation'),
      update: rules.has('update'),
      deletion: rules.has('deletion'),
      force: rules.has('non_fast_forward'),
      mergeCommits: rules.has('required_linear_history'),
    },
  };
}

/** Role 5 is the repository's administrators. A bypass only for pull requests does not count. */
function isNamed(world: GithubWorld, entry: unknown, actor: Account): boolean {
  if (fieldIn(entry, 'bypass_mode') === 'pull_request') return false;
  const id = fieldIn(entry, 'actor_id');
  switch (fieldIn(entry, 'actor_type')) {
    case 'Integration': {
      const app = world.accounts.apps.find((one) => one.id === id);
      return app?.bot.login === actor.login;
    }
    case 'RepositoryRole':
      return id === 5 && isAdmin(actor);
    case 'OrganizationAdmin':
      return isAdmin(actor);
    case 'User':
      return actor.id === id;
    default:
      return false;
  }
}
