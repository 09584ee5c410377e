/** Pull requests: open, list, change, update from the base, close and reopen. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { noCommit, resolveCommit } from './commits.ts';
import { custom, GithubError, invalid, malformed } from './errors.ts';
import { registerArea } from './frame.ts';
import { booleanIn, numberOf, requiredTextIn, textIn, wordIn } from './input.ts';
import { changeTopic } from './issues.ts';
import { writeMerge } from './merging.ts';
import { page } from './page.ts';
import { detailedPull, pullBody } from './pull-bodies.ts';
import { writePullRefs } from './pull-refs.ts';
import {
  commitsOfPull,
  createPull,
  filesOfPull,
  findPull,
  headRef,
  refuseSecond,
  report,
} from './pull-store.ts';
import type { Pull } from './records.ts';
import { moveRef } from './refs.ts';
import { actorOf, type GithubWorld, repoUrl } from './world.ts';

type Numbered = { Params: { number: string } };

export function registerPulls(app: FastifyInstance, world: GithubWorld): void {
  const find = (number: string) => findPull(world, numberOf(number));
  registerArea(app, { needs: 'pull_requests', docs: 'pulls/pulls' }, (scope) => {
    scope.post('/pulls', async (request, reply) => {
      const { body } = request;
      const by = actorOf(world, request);
      const pull = await createPull(world, by, {
        head: requiredTextIn(body, 'head'),
        base: requiredTextIn(body, 'base'),
        title: titleIn(body),
        body: textIn(body, 'body') ?? null,
        draft: booleanIn(body, 'draft') ?? false,
      });
      const made = await detailedPull(world, pull, by);
      return reply.code(201).header('location', String(made['url'])).send(made);
    });
    scope.get<{ Querystring: ListQuery }>('/pulls', async (request, reply) => {
      const wanted = listed(world, request.query);
      return page(wanted, request, reply).map((pull) => pullBody(world, pull));
    });
    scope.get<Numbered>('/pulls/:number', async (request) =>
      detailedPull(world, find(request.params.number), actorOf(world, request)),
    );
    scope.patch<Numbered>('/pulls/:number', async (request) => {
      const pull = find(request.params.number);
      await change(world, pull, request);
      return detailedPull(world, pull, actorOf(world, request));
    });
    scope.get<Numbered>('/pulls/:number/files', async (request, reply) =>
      page(await filesOfPull(world, find(request.params.number)), request, reply),
    );
    scope.put<Numbered>('/pulls/:number/update-branch', async (request, reply) => {
      await updateBranch(world, find(request.params.number), request);
      const url = repoUrl(world, `/pulls/${request.params.number}`);
      return reply.code(202).send({ message: 'Updating pull request branch.', url });
    });
    scope.get<{ Params: { sha: string } }>('/commits/:sha/pulls', async (request, reply) => {
      const found = await pullsOfCommit(world, request.params.sha);
      return page(found, request, reply).map((pull) => pullBody(world, pull));
    });
  });
}

function titleIn(body: unknown): string {
  const title = requiredTextIn(body, 'title');
  if (title.trim() !== '') return title;
  throw invalid({ resource: 'PullRequest', field: 'title', code: 'missing_field' });
}

type ListQuery = {
  state?: string;
  head?: string;
  base?: string;
  sort?: string;
  direction?: string;
};

function listed(world: GithubWorld, query: ListQuery): Pull[] {
  const { state = 'open' } = query;
  if (!['open', 'closed', 'all'].includes(state)) {
    throw malformed(`For 'state', ${state} is not a member of [open, closed, all].`);
  }
  const wanted = world.pulls.filter(
    (pull) =>
      (state === 'all' || (state === 'open') === (pull.closedMs === null)) &&
      // GitHub ignores a head that does not name its owner.
      (!query.head?.includes(':') || query.head === `${pull.fork ?? world.owner}:${pull.head}`) &&
      (query.base === undefined || query.base === pull.base),
  );
  const key = query.sort === 'updated' ? 'updatedMs' : 'createdMs';
  wanted.sort((a, b) => a[key] - b[key] || a.number - b.number);
  // Newest first, unless a sort is asked for by name and no direction.
  const ascending = query.direction === 'asc';
  return ascending ? wanted : wanted.reverse();
}

async function change(world: GithubWorld, pull: Pull, request: FastifyRequest): Promise<void> {
  const { body } = request;
  const base = textIn(body, 'base');
  const state = wordIn(body, 'state', ['open', 'closed']);
  const { repository } = world;
  if (base !== undefined && base !== pull.base) {
    const sha = await repository.resolve(`refs/heads/${base}`);
    if (sha === null) throw invalid({ resource: 'PullRequest', field: 'base', code: 'invalid' });
    refuseSecond(world, pull, base);
    Object.assign(pull, { base, baseSha: sha });
  }
  const isReopened = state === 'open' && pull.closedMs !== null;
  if (isReopened) await reopen(world, pull);
  changeTopic(world, pull, { body, by: actorOf(world, request) });
  if (base === undefined && state === undefined) return;
  const merge = await writePullRefs(world, pull);
  if (isReopened) report(world, pull, 'reopened', Promise.resolve(merge));
}

/** Takes the branches' current tips: a branch may have moved, or be deleted. */
async function reopen(world: GithubWorld, pull: Pull): Promise<void> {
  const cannot = (why: string) =>
    invalid({ resource: 'PullRequest', code: 'custom', field: 'state', message: why });
  if (pull.merged !== null) throw cannot('state cannot be changed. The pull request is merged.');
  const [head, base] = await Promise.all(
    [headRef(pull), `refs/heads/${pull.base}`].map((ref) => world.repository.resolve(ref)),
  );
  if (head == null) {
    throw cannot(`state cannot be changed. The ${pull.head} branch has been deleted.`);
  }
  if (base == null) {
    throw cannot(`state cannot be changed. The ${pull.base} branch has been deleted.`);
  }
  refuseSecond(world, pull, pull.base);
  Object.assign(pull, { headSha: head, baseSha: base });
}

async function updateBranch(
  world: GithubWorld,
  pull: Pull,
  request: FastifyRequest,
): Promise<void> {
  const expectedSha = textIn(request.body, 'expected_head_sha');
  if (expectedSha !== undefined && expectedSha !== pull.headSha) {
    throw new GithubError(422, `expected head sha didn’t match current head ref.`);
  }
  if (pull.closedMs !== null) throw custom('PullRequest', 'The pull request is closed.');
  const by = actorOf(world, request);
  const result = await writeMerge(world.repository, {
    base: pull.headSha,
    head: pull.baseSha,
    method: 'merge',
    message: `Merge branch '${pull.base}' into ${pull.head}`,
    by,
    atMs: world.clock.now(),
  });
  if (result.kind === 'conflict')
    throw new GithubError(422, 'merge conflict between base and head');
  const before = pull.headSha;
  await moveRef(world, { ref: headRef(pull), before, after: result.sha, forced: false }, by);
}

/** The merged pull requests that brought a commit, else the open ones that would. */
async function pullsOfCommit(world: GithubWorld, name: string): Promise<Pull[]> {
  const sha = await resolveCommit(world, name);
  if (sha === null) throw noCommit(name);
  const found: Pull[] = [];
  for (const pull of world.pulls) {
    const brought = pull.merged?.sha === sha || (await commitsOfPull(world, pull)).includes(sha);
    if (brought && (pull.merged !== null || pull.closedMs === null)) found.push(pull);
  }
  const merged = found.filter((pull) => pull.merged !== null);
  return merged.length > 0 ? merged : found;
}
