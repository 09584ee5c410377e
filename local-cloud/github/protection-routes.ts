/** Classic branch protection: set, read, removed. `protection.ts` applies it. */
import type { FastifyInstance } from 'fastify';
import type { Account } from './accounts.ts';
import { GithubError, invalid, malformed } from './errors.ts';
import { registerArea } from './frame.ts';
import type { Guard } from './guard.ts';
import { booleanIn, fieldIn, listIn, recordIn, requiredTextIn, textsIn, wholeIn } from './input.ts';
import type { Setting } from './protection.ts';
import { protectionBody, protectionUrl } from './protection-bodies.ts';
import type { GithubWorld } from './world.ts';

type OfBranch = { Params: { branch: string } };
const path = '/branches/:branch/protection';

export function registerProtection(app: FastifyInstance, world: GithubWorld): void {
  const { branches } = world.protections;
  const settingOf = async (branch: string): Promise<Setting> => {
    await checkBranch(world, branch);
    const setting = branches.get(branch);
    if (setting === undefined) throw new GithubError(404, 'Branch not protected');
    return setting;
  };
  const set = async (branch: string, asked: Record<string, unknown>): Promise<Setting> => {
    const setting = { asked, guard: guardOf(world, branch, asked) };
    branches.set(branch, setting);
    await world.protections.changed();
    return setting;
  };
  registerArea(app, { needs: 'administration', docs: 'branches/branch-protection' }, (scope) => {
    scope.get<OfBranch>(path, async ({ params: { branch } }) =>
      protectionBody(world, branch, await settingOf(branch)),
    );
    scope.put<OfBranch>(path, async ({ params: { branch }, body }) => {
      await checkBranch(world, branch);
      return protectionBody(world, branch, await set(branch, askedIn(body)));
    });
    scope.delete<OfBranch>(path, async ({ params: { branch } }, reply) => {
      await settingOf(branch);
      branches.delete(branch);
      await world.protections.changed();
      return reply.code(204).send();
    });
    scope.get<OfBranch>(`${path}/enforce_admins`, async ({ params: { branch } }) =>
      adminsBody(world, branch, await settingOf(branch)),
    );
    scope.post<OfBranch>(`${path}/enforce_admins`, async ({ params: { branch } }) => {
      const { asked } = await settingOf(branch);
      return adminsBody(
        world,
        branch,
        await set(branch, { ...(asked as object), enforce_admins: true }),
      );
    });
    scope.delete<OfBranch>(`${path}/enforce_admins`, async ({ params: { branch } }, reply) => {
      const { asked } = await settingOf(branch);
      await set(branch, { ...(asked as object), enforce_admins: false });
      return reply.code(204).send();
    });
  });
}

async function checkBranch({ repository }: GithubWorld, branch: string): Promise<void> {
  const found = await repository.resolve(`refs/heads/${branch}`);
  if (found === null) throw new GithubError(404, 'Branch not found');
}

function adminsBody(world: GithubWorld, branch: string, { asked }: Setting) {
  const url = `${protectionUrl(world, branch)}/enforce_admins`;
  return { url, enabled: fieldIn(asked, 'enforce_admins') === true };
}

/** All four are required; null is allowed. */
function askedIn(body: unknown): Record<string, unknown> {
  const required = [
    'required_status_checks',
    'enforce_admins',
    'required_pull_request_reviews',
    'restrictions',
  ];
  const missing = required.filter((field) => fieldIn(body, field) === undefined);
  if (missing.length > 0) {
    throw malformed(missing.map((field) => `"${field}" wasn't supplied.`).join('\n'));
  }
  return body as Record<string, unknown>;
}

function guardOf(world: GithubWorld, branch: string, asked: Record<string, unknown>): Guard {
  const checks = recordIn(asked, 'required_status_checks');
  const reviews = recordIn(asked, 'required_pull_request_reviews');
  const restrictions = recordIn(asked, 'restrictions');
  const allowed = membersOf(world, recordIn(reviews, 'bypass_pull_request_allowances'));
  const admins = booleanIn(asked, 'enforce_admins') === true;
  return {
    source: 'branch',
    pattern: `refs/heads/${branch}`,
    // Those who may bypass pull requests bypass the guard only where it requires nothing else.
    bypasses: (actor) => (!admins && isAdmin(actor)) || allowed.includes(actor.login),
    reviews: reviews === undefined ? null : reviewRule(reviews),
    checks: checks === undefined ? null : checkRule(checks),
    pushers: restrictions === undefined ? null : membersOf(world, restrictions),
    forbids: {
      creation: booleanIn(asked, 'block_creations') === true,
      update: booleanIn(asked, 'lock_branch') === true,
      deletion: booleanIn(asked, 'allow_deletions') !== true,
      force: booleanIn(asked, 'allow_force_pushes') !== true,
      mergeCommits: booleanIn(asked, 'required_linear_history') === true,
    },
  };
}

/** People administrate the repository; Apps and the machine only write. */
export function isAdmin({ type }: Account): boolean {
  return type !== 'Bot';
}

function reviewRule(given: Record<string, unknown>): Guard['reviews'] {
  const count = wholeIn(given, 'required_approving_review_count') ?? 1;
  if (count < 0 || count > 6) {
    throw invalid({
      resource: 'ProtectedBranch',
      field: 'required_approving_review_count',
      code: 'invalid',
    });
  }
  return {
    count,
    codeOwners: booleanIn(given, 'require_code_owner_reviews') === true,
    dismissStale: booleanIn(given, 'dismiss_stale_reviews') === true,
  };
}

function checkRule(given: Record<string, unknown>): Guard['checks'] {
  const named = (listIn(given, 'checks') ?? []).map((one) => requiredTextIn(one, 'context'));
  const contexts = [...new Set([...(textsIn(given, 'contexts') ?? []), ...named])];
  return { contexts, strict: booleanIn(given, 'strict') === true };
}

/** Logins of the people, teams' members and Apps that are named. */
function membersOf(world: GithubWorld, given: Record<string, unknown> | undefined): string[] {
  const teams = textsIn(given, 'teams') ?? [];
  const inTeams = world.accounts
    .logins()
    .filter((login) => teams.some((team) => world.accounts.isInTeam(team, login)));
  const apps = (textsIn(given, 'apps') ?? []).map((slug) => `${slug}[bot]`);
  return [...(textsIn(given, 'users') ?? []), ...inTeams, ...apps];
}
