/** Pull requests: open, list, change, review, merge. */
import type { FastifyInstance } from 'fastify';
import { commitOf } from './git-data.ts';
import {
  commitsOfPull,
  createPull,
  filesOfPull,
  findPull,
  isMergeable,
  mergePull,
  type Pull,
  type PullStore,
  pullBody,
  type Review,
  reviewBody,
  reviewPull,
} from './pull-store.ts';
import {
  GithubError,
  type GithubWorld,
  invalid,
  page,
  personOf,
  requiredTextIn,
  textIn,
  userOf,
} from './world.ts';

type Numbered = { Params: { number: string } };

export function registerPulls(app: FastifyInstance, store: PullStore): void {
  const { world } = store;
  const detailed = async (pull: Pull) => ({
    ...pullBody(world, pull),
    merged: pull.merged !== null,
    merged_by: pull.merged === null ? null : userOf(pull.merged.by),
    mergeable: await isMergeable(store, pull),
    commits: (await commitsOfPull(store, pull)).length,
  });

  app.post('/pulls', async (request, reply) => {
    const { body } = request;
    const pull = await createPull(store, personOf(world, request), {
      head: requiredTextIn(body, 'head'),
      base: requiredTextIn(body, 'base'),
      title: requiredTextIn(body, 'title'),
      body: textIn(body, 'body') ?? null,
    });
    return reply.code(201).send(await detailed(pull));
  });
  app.get<{ Querystring: ListQuery }>('/pulls', async (request, reply) => {
    const wanted = store.pulls.filter(matches(world, request.query));
    const newestFirst = request.query.direction !== 'asc';
    const key = request.query.sort === 'updated' ? 'updatedMs' : 'createdMs';
    wanted.sort((a, b) => a[key] - b[key] || a.number - b.number);
    if (newestFirst) wanted.reverse();
    return page(wanted, request, reply).map((pull) => pullBody(world, pull));
  });
  app.get<Numbered>('/pulls/:number', async ({ params }) =>
    detailed(findPull(store, Number(params.number))),
  );
  app.patch<Numbered>('/pulls/:number', async ({ params, body }) => {
    const pull = findPull(store, Number(params.number));
    change(pull, body, world.clock.now());
    return detailed(pull);
  });
  app.get<Numbered>('/pulls/:number/commits', async (request, reply) => {
    const ids = await commitsOfPull(store, findPull(store, Number(request.params.number)));
    const wanted = page(ids, request, reply);
    return Promise.all(wanted.map((sha) => commitOf(world.repository, sha)));
  });
  app.get<Numbered>('/pulls/:number/files', async (request, reply) =>
    page(await filesOfPull(store, findPull(store, Number(request.params.number))), request, reply),
  );
  registerReviewsAndMerges(app, store);
  app.get<{ Params: { sha: string } }>('/commits/:sha/pulls', async (request, reply) => {
    const found = await pullsOfCommit(store, request.params.sha);
    return page(found, request, reply).map((pull) => pullBody(world, pull));
  });
}

function registerReviewsAndMerges(app: FastifyInstance, store: PullStore): void {
  const { world } = store;
  app.get<Numbered>('/pulls/:number/reviews', async (request, reply) => {
    const { reviews } = findPull(store, Number(request.params.number));
    return page(reviews, request, reply).map(reviewBody);
  });
  app.post<Numbered>('/pulls/:number/reviews', async (request) => {
    const state = reviewStates[textIn(request.body, 'event') ?? ''];
    if (state === undefined) throw invalid('event is missing or unknown');
    const pull = findPull(store, Number(request.params.number));
    const body = textIn(request.body, 'body') ?? '';
    const by = personOf(world, request);
    return reviewBody(reviewPull(store, pull, { by, state, body }));
  });
  app.get<Numbered>('/pulls/:number/merge', async ({ params }, reply) => {
    const { merged } = findPull(store, Number(params.number));
    if (merged === null) throw new GithubError(404, 'Not Found');
    return reply.code(204).send();
  });
  app.put<Numbered>('/pulls/:number/merge', async (request) => {
    const { body } = request;
    const method = textIn(body, 'merge_method') ?? 'merge';
    if (method === 'rebase') {
      throw new GithubError(405, 'Rebase merges are not allowed on this repository.');
    }
    if (method !== 'merge' && method !== 'squash') throw invalid('merge_method is unknown');
    const [sha, title, message] = ['sha', 'commit_title', 'commit_message'].map((field) =>
      textIn(body, field),
    );
    const pull = findPull(store, Number(request.params.number));
    const by = personOf(world, request);
    const merged = await mergePull(store, pull, { by, method, sha, title, message });
    return { sha: merged, merged: true, message: 'Pull Request successfully merged' };
  });
}

const reviewStates: Readonly<Record<string, Review['state']>> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

type ListQuery = {
  state?: string;
  head?: string;
  base?: string;
  sort?: string;
  direction?: string;
};

function matches(world: GithubWorld, query: ListQuery): (pull: Pull) => boolean {
  const state = query.state ?? 'open';
  return (pull) =>
    (state === 'all' || (state === 'open') === (pull.closedMs === null)) &&
    // GitHub ignores a head that does not say whose it is.
    (query.head === undefined ||
      !query.head.includes(':') ||
      query.head === `${world.owner}:${pull.head}`) &&
    (query.base === undefined || query.base === pull.base);
}

function change(pull: Pull, body: unknown, nowMs: number): void {
  const state = textIn(body, 'state');
  if (state !== undefined && state !== 'open' && state !== 'closed') throw invalid('state');
  if (state === 'open' && pull.merged !== null) throw invalid('a merged one cannot be opened');
  pull.title = textIn(body, 'title') ?? pull.title;
  pull.body = textIn(body, 'body') ?? pull.body;
  if (state === 'closed') pull.closedMs ??= nowMs;
  if (state === 'open') pull.closedMs = null;
  pull.updatedMs = nowMs;
}

/** The merged pull requests that brought a commit, else the open ones that would. */
async function pullsOfCommit(store: PullStore, revision: string): Promise<Pull[]> {
  const sha = await store.world.repository.resolve(`${revision}^{commit}`);
  if (sha === null) throw new GithubError(422, `No commit found for SHA: ${revision}`);
  const found: Pull[] = [];
  for (const pull of store.pulls) {
    const brought = pull.merged?.sha === sha || (await commitsOfPull(store, pull)).includes(sha);
    if (brought && (pull.merged !== null || pull.closedMs === null)) found.push(pull);
  }
  const merged = found.filter((pull) => pull.merged !== null);
  return merged.length > 0 ? merged : found;
}
