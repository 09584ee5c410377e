/** The repository itself, those that a token sees, and accounts. */
import type { FastifyInstance } from 'fastify';
import type { Account } from './accounts.ts';
import { fullRepositoryBody, profileBody, repositoryBody, userBody } from './bodies.ts';
import { GithubError, invalid, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { booleanIn, fieldIn, textIn } from './input.ts';
import type { RateLimits } from './limits.ts';
import { page } from './page.ts';
import { isAdmin } from './protection-routes.ts';
import { actorOf, credentialOf, type GithubWorld } from './world.ts';

type OfLogin = { Params: { login: string } };

/** Routes that are not beneath the repository. */
export function registerAccounts(
  app: FastifyInstance,
  world: GithubWorld,
  limits: RateLimits,
): void {
  registerArea(app, { needs: null, docs: 'users/users' }, (scope) => {
    scope.get('/user', async (request) => {
      const { actor, permissions } = credentialOf(world, request);
      // An installation is not a user.
      if (permissions !== null) {
        throw new GithubError(403, 'Resource not accessible by integration');
      }
      return profileBody(world, actor);
    });
    scope.get<OfLogin>('/users/:login', async ({ params }) => {
      const account = world.accounts.byLogin(params.login);
      if (account === undefined) throw notFound();
      return profileBody(world, account);
    });
    scope.get('/user/repos', async (request, reply) => {
      const credential = credentialOf(world, request);
      if (credential.permissions !== null) {
        throw new GithubError(403, 'Resource not accessible by integration');
      }
      return page([repositoryBody(world, credential)], request, reply);
    });
  });
  registerArea(app, { needs: 'metadata', docs: 'repos/repos' }, (scope) => {
    scope.get<{ Params: { org: string } }>('/orgs/:org/repos', async (request, reply) => {
      if (request.params.org.toLowerCase() !== world.owner.toLowerCase()) throw notFound();
      return page([repositoryBody(world, credentialOf(world, request))], request, reply);
    });
  });
  registerArea(app, { needs: null, docs: 'rate-limit/rate-limit' }, (scope) => {
    scope.get('/rate_limit', async (request) => {
      const actor = actorOf(world, request);
      // Reading the limits costs nothing.
      limits.refund(actor);
      const core = { ...limits.of(actor), resource: 'core' };
      const other = { limit: 30, used: 0, remaining: 30, reset: core.reset };
      return { resources: { core, search: { ...other, resource: 'search' } }, rate: core };
    });
  });
}

export function registerRepository(app: FastifyInstance, world: GithubWorld): void {
  registerArea(app, { needs: 'metadata', docs: 'repos/repos' }, (scope) => {
    scope.get('', async (request) => fullRepositoryBody(world, credentialOf(world, request)));
  });
  registerArea(app, { needs: 'administration', docs: 'repos/repos' }, (scope) => {
    scope.patch('', async (request) => {
      await changeSettings(world, request.body);
      return fullRepositoryBody(world, credentialOf(world, request));
    });
  });
  registerArea(app, { needs: 'metadata', docs: 'collaborators/collaborators' }, (scope) => {
    scope.get('/collaborators', async (request, reply) => {
      const people = peopleOf(world);
      return page(people, request, reply).map((one) => collaboratorBody(world, one));
    });
    scope.get<OfLogin>('/collaborators/:login/permission', async ({ params }) => {
      const account = world.accounts.byLogin(params.login);
      if (account === undefined) throw notFound();
      const role = isAdmin(account) ? 'admin' : 'write';
      return { permission: role, role_name: role, user: collaboratorBody(world, account) };
    });
  });
}

function collaboratorBody(world: GithubWorld, account: Account): Record<string, unknown> {
  const admin = isAdmin(account);
  return {
    ...userBody(world, account),
    permissions: { admin, maintain: admin, push: true, triage: true, pull: true },
    role_name: admin ? 'admin' : 'write',
  };
}

function peopleOf({ accounts }: GithubWorld) {
  return accounts.logins().flatMap((login) => {
    const account = accounts.byLogin(login);
    return account?.type === 'User' ? [account] : [];
  });
}

async function changeSettings({ settings, repository }: GithubWorld, body: unknown): Promise<void> {
  const branch = textIn(body, 'default_branch') ?? settings.defaultBranch;
  if ((await repository.resolve(`refs/heads/${branch}`)) === null) {
    throw invalid({ resource: 'Repository', field: 'default_branch', code: 'invalid' });
  }
  const merge = booleanIn(body, 'allow_merge_commit') ?? settings.merge;
  const squash = booleanIn(body, 'allow_squash_merge') ?? settings.squash;
  const rebase = booleanIn(body, 'allow_rebase_merge') ?? settings.rebase;
  if (!merge && !squash && !rebase) {
    throw new GithubError(
      422,
      'Sorry, you need to allow at least one merge strategy. (no_merge_method)',
    );
  }
  const deleteBranchOnMerge = booleanIn(body, 'delete_branch_on_merge');
  Object.assign(settings, { defaultBranch: branch, merge, squash, rebase });
  settings.deleteBranchOnMerge = deleteBranchOnMerge ?? settings.deleteBranchOnMerge;
  settings.hasIssues = booleanIn(body, 'has_issues') ?? settings.hasIssues;
  if (fieldIn(body, 'description') !== undefined) {
    settings.description = textIn(body, 'description') ?? null;
  }
}
