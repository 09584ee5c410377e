/** Teams of the organisation: those that were set, and those that CODEOWNERS names. */
import type { FastifyInstance } from 'fastify';
import type { Account } from './accounts.ts';
import { userBody } from './bodies.ts';
import { readOwners } from './codeowners.ts';
import { notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { page } from './page.ts';
import type { GithubWorld } from './world.ts';

type OfTeam = { Params: { org: string; slug: string } };

export function registerTeams(app: FastifyInstance, world: GithubWorld): void {
  registerArea(app, { needs: 'members', docs: 'teams/members' }, (scope) => {
    scope.get<OfTeam>('/orgs/:org/teams/:slug/members', async (request, reply) => {
      const people = await membersOf(world, request.params);
      return page(people, request, reply).map((one) => userBody(world, one));
    });
  });
}

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
