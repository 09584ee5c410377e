/** Teams of the organisation: those that were set, and those that CODEOWNERS names. */
import type { FastifyInstance } from 'fastify';
import type { Account } from './accounts.ts';
import { userBody } from './bodies.ts';
import { readOwners } from './codeowners.ts';
import { notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { page } from './page.ts';
import { teamBody } from './pull-bodies.ts';
import type { GithubWorld } from './world.ts';

type OfTeam = { Params: { org: string; slug: string } };

export function registerTeams(app: FastifyInstance, world: GithubWorld): void {
  registerArea(app, { needs: 'members', docs: 'teams/teams' }, (scope) => {
    scope.get<{ Params: { org: string } }>('/orgs/:org/teams', async (request, reply) => {
      if (!isOwner(world, request.params.org)) throw notFound();
      return page(await teamsOf(world), request, reply).map((slug) => teamBody(world, slug));
    });
    scope.get<OfTeam>('/orgs/:org/teams/:slug', async ({ params }) => {
      const people = await membersOf(world, params);
      const counts = { members_count: people.length, repos_count: 1 };
      const times = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' };
      const organization = { ...userBody(world, world.accounts.owner), ...organisation, ...times };
      return { ...teamBody(world, params.slug), ...counts, ...times, organization };
    });
  });
  registerArea(app, { needs: 'members', docs: 'teams/members' }, (scope) => {
    scope.get<OfTeam>('/orgs/:org/teams/:slug/members', async (request, reply) => {
      const people = await membersOf(world, request.params);
      return page(people, request, reply).map((one) => userBody(world, one));
    });
    scope.get<OfTeam & { Params: { login: string } }>(
      '/orgs/:org/teams/:slug/memberships/:login',
      async ({ params }) => {
        const people = await membersOf(world, params);
        if (!people.some(({ login }) => login === params.login)) throw notFound();
        const team = String(teamBody(world, params.slug)['url']);
        const url = `${team}/memberships/${params.login}`;
        return { state: 'active', role: 'member', url };
      },
    );
  });
}

/** The fields that an organisation has beyond a person's account. */
const organisation = {
  has_organization_projects: false,
  has_repository_projects: false,
  public_repos: 0,
  public_gists: 0,
  followers: 0,
  following: 0,
  archived_at: null,
};

async function membersOf(
  world: GithubWorld,
  { org, slug }: { org: string; slug: string },
): Promise<Account[]> {
  const known = isOwner(world, org) && (await teamsOf(world)).includes(slug);
  if (!known) throw notFound();
  const { accounts } = world;
  return accounts.logins().flatMap((login) => {
    const account = accounts.byLogin(login);
    return account?.type === 'User' && accounts.isInTeam(slug, login) ? [account] : [];
  });
}

function isOwner({ owner }: GithubWorld, org: string): boolean {
  return org.toLowerCase() === owner.toLowerCase();
}

async function teamsOf(world: GithubWorld): Promise<string[]> {
  const tip = await world.repository.resolve(`refs/heads/${world.settings.defaultBranch}`);
  const file = tip === null ? null : await readOwners(world, tip);
  const owners = (file?.rules ?? []).flatMap((rule) => rule.owners);
  const named = owners.flatMap((owner) => {
    const [, org, slug] = /^@([^/]+)\/(.+)$/.exec(owner) ?? [];
    return slug !== undefined && org === world.owner ? [slug] : [];
  });
  return [...new Set([...world.accounts.teams(), ...named])].sort();
}
