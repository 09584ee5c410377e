/** Refs: read, created, moved forward, deleted; the guards of branches apply. */
import type { FastifyInstance } from 'fastify';
import type { Account } from './accounts.ts';
import { isAncestor, lines } from './commits.ts';
import { GithubError, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { pushRefusals, type RefMove, wordRefusal } from './guard.ts';
import { booleanIn, requiredTextIn } from './input.ts';
import { page } from './page.ts';
import { actorOf, type GithubWorld, nodeId, repoUrl } from './world.ts';

type Wildcard = { Params: { '*': string } };

export function registerRefs(app: FastifyInstance, world: GithubWorld): void {
  const { repository } = world;
  registerArea(app, { needs: 'contents', docs: 'git/refs' }, (scope) => {
    scope.get<Wildcard>('/git/ref/*', async ({ params }) => {
      const [found] = await listRefs(world, `refs/${params['*']}`);
      if (found?.ref !== `refs/${params['*']}`) throw notFound();
      return found;
    });
    scope.get<Wildcard>('/git/matching-refs/*', async (request, reply) => {
      const prefix = `refs/${request.params['*']}`;
      const matching = (await listRefs(world)).filter(({ ref }) => ref.startsWith(prefix));
      return page(matching, request, reply);
    });
    scope.post('/git/refs', async (request, reply) => {
      const ref = requiredTextIn(request.body, 'ref');
      const sha = await existing(world, requiredTextIn(request.body, 'sha'), ref);
      if (!/^refs\/[^/]+\/./.test(ref)) {
        throw new GithubError(422, 'Reference name must start with refs/ and have two slashes.');
      }
      if (!(await isValid(world, ref))) {
        throw new GithubError(422, `${ref} is not a valid ref name.`);
      }
      const move = { ref, before: null, after: sha, forced: false };
      await moveRef(world, move, actorOf(world, request));
      const [made] = await listRefs(world, ref);
      return reply
        .code(201)
        .header('location', made?.url ?? '')
        .send(made);
    });
    scope.patch<Wildcard>('/git/refs/*', async (request) => {
      const ref = `refs/${request.params['*']}`;
      const forced = booleanIn(request.body, 'force') ?? false;
      const sha = await existing(world, requiredTextIn(request.body, 'sha'), ref);
      const before = await repository.resolve(ref);
      if (before === null) throw new GithubError(422, 'Reference does not exist');
      const forward = await isAncestor(world, before, sha);
      if (!forced && !forward) throw new GithubError(422, 'Update is not a fast forward');
      const move = { ref, before, after: sha, forced: !forward };
      await moveRef(world, move, actorOf(world, request));
      return (await listRefs(world, ref))[0];
    });
    scope.delete<Wildcard>('/git/refs/*', async (request, reply) => {
      const ref = `refs/${request.params['*']}`;
      const before = await repository.resolve(ref);
      if (before === null) throw new GithubError(422, 'Reference does not exist');
      await moveRef(world, { ref, before, after: null, forced: false }, actorOf(world, request));
      return reply.code(204).send();
    });
  });
}

/** Moves a ref from exactly its old value, unless a guard refuses. */
export async function moveRef(world: GithubWorld, move: RefMove, actor: Account): Promise<void> {
  const refusal = refusalOf(world, move, actor);
  if (refusal !== null) throw new GithubError(422, refusal, { docs: protectionDocs });
  await setRef(world, move);
}

export const protectionDocs = 'https://docs.github.com/articles/about-protected-branches';

export function refusalOf(world: GithubWorld, move: RefMove, actor: Account): string | null {
  const guards = world.protections.guardsOf(move.ref, actor);
  const found = guards.map((guard) => ({
    guard,
    reasons: pushRefusals(guard, move, { actor, checks: world.checks }),
  }));
  const refusing = found.filter(({ reasons }) => reasons.length > 0);
  if (refusing.length === 0) return null;
  const reasons = [...new Set(refusing.flatMap((one) => one.reasons))];
  return wordRefusal(
    refusing.map(({ guard }) => guard),
    reasons,
  );
}

/** Without checking guards. With the expected old value git refuses the second of two at once. */
export async function setRef(world: GithubWorld, move: Omit<RefMove, 'forced'>): Promise<void> {
  const { repository } = world;
  const { ref, after } = move;
  const before = move.before ?? '0'.repeat(40);
  const args = after === null ? ['-d', ref, before] : [ref, after, before];
  const { code } = await repository.tryGit(['update-ref', ...args]);
  if (code !== 0) {
    if (move.before === null) throw new GithubError(422, 'Reference already exists');
    throw new GithubError(409, 'Reference cannot be updated');
  }
  await repository.noticeChanges();
}

type RefBody = { ref: string; node_id: string; url: string; object: object };

/** All, or the one of exactly this name. */
async function listRefs(world: GithubWorld, only?: string): Promise<RefBody[]> {
  const format = '--format=%(objectname) %(objecttype) %(refname)';
  const patterns = only === undefined ? [] : [only.replace(/[*?[\\]/g, '\\$&')];
  const listed = await world.repository.tryGit(['for-each-ref', format, ...patterns]);
  return lines(listed.stdout.toString())
    .map((line) => {
      const [sha = '', type = '', ref = ''] = line.split(' ');
      return {
        ref,
        node_id: nodeId('REF', ref),
        url: repoUrl(world, `/git/${ref}`),
        object: { sha, type, url: repoUrl(world, `/git/${type}s/${sha}`) },
      };
    })
    .filter(({ ref }) => only === undefined || ref === only);
}

/** Branches point at commits; tags may point at tag objects too. */
async function existing(world: GithubWorld, sha: string, ref: string): Promise<string> {
  if (!/^[0-9a-f]{40}$/.test(sha)) {
    throw new GithubError(
      422,
      'The sha parameter must be exactly 40 characters and contain only [0-9a-f].',
    );
  }
  const kind = ref.startsWith('refs/heads/') ? '^{commit}' : '^{object}';
  const found = await world.repository.resolve(`${sha}${kind}`);
  if (found === null) throw new GithubError(422, 'Object does not exist');
  return found;
}

async function isValid({ repository }: GithubWorld, ref: string): Promise<boolean> {
  return (await repository.tryGit(['check-ref-format', ref])).code === 0;
}
