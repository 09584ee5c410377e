/** Reviews of pull requests, and requested reviewers. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Account } from './accounts.ts';
import { userBody } from './bodies.ts';
import { GithubError, invalid, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { numberOf, requiredTextIn, textIn, textsIn, wordIn } from './input.ts';
import { page } from './page.ts';
import { detailedPull, pullBody, reviewBody, teamBody } from './pull-bodies.ts';
import { answered, findPull } from './pull-store.ts';
import type { Pull, Review, ReviewState } from './records.ts';
import { actorOf, type GithubWorld } from './world.ts';

type Numbered = { Params: { number: string } };
type One = { Params: { number: string; id: string } };

export function registerReviews(app: FastifyInstance, world: GithubWorld): void {
  registerArea(app, { needs: 'pull_requests', docs: 'pulls/reviews' }, (scope) => {
    registerReading(scope, world);
    registerSubmitting(scope, world);
  });
  registerArea(app, { needs: 'pull_requests', docs: 'pulls/review-requests' }, (scope) =>
    registerRequests(scope, world),
  );
}

function registerReading(scope: FastifyInstance, world: GithubWorld): void {
  scope.get<Numbered>('/pulls/:number/reviews', async (request, reply) => {
    const pull = findPull(world, numberOf(request.params.number));
    const reader = actorOf(world, request).login;
    // A review is not visible to others before it is submitted.
    const seen = pull.reviews.filter(({ state, by }) => state !== 'PENDING' || by.login === reader);
    return page(seen, request, reply).map((one) => reviewBody(world, pull, one));
  });
}

const events = ['APPROVE', 'REQUEST_CHANGES', 'COMMENT'] as const;
const states: Readonly<Record<(typeof events)[number], ReviewState>> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

function registerSubmitting(scope: FastifyInstance, world: GithubWorld): void {
  scope.post<Numbered>('/pulls/:number/reviews', async (request) => {
    const pull = findPull(world, numberOf(request.params.number));
    const event = wordIn(request.body, 'event', events);
    const commit = textIn(request.body, 'commit_id') ?? pull.headSha;
    const review: Review = {
      id: world.nextId(),
      by: actorOf(world, request),
      commit,
      state: 'PENDING',
      body: textIn(request.body, 'body') ?? '',
      submittedMs: null,
    };
    if (event !== undefined) submit(world, { pull, review, event });
    else if (pull.reviews.some(({ state, by }) => state === 'PENDING' && by === review.by)) {
      throw saidNo('User can only have one pending review per pull request');
    }
    pull.reviews.push(review);
    return reviewBody(world, pull, review);
  });
  scope.put<One>('/pulls/:number/reviews/:id/dismissals', async ({ params, body }) => {
    const { pull, review } = find(world, params);
    requiredTextIn(body, 'message');
    if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') {
      throw saidNo('Can not dismiss a review that is neither approved nor requesting changes');
    }
    review.state = 'DISMISSED';
    pull.updatedMs = world.clock.now();
    return reviewBody(world, pull, review);
  });
}

function submit(
  world: GithubWorld,
  { pull, review, event }: { pull: Pull; review: Review; event: (typeof events)[number] },
): void {
  const own = review.by.login === pull.by.login;
  if (own && event === 'APPROVE') throw saidNo('Review Can not approve your own pull request');
  if (own && event === 'REQUEST_CHANGES') {
    throw saidNo('Review Can not request changes on your own pull request');
  }
  if (event !== 'APPROVE' && review.body.trim() === '') {
    throw invalid({ resource: 'PullRequestReview', field: 'body', code: 'missing_field' });
  }
  review.state = states[event];
  review.submittedMs = world.clock.now();
  pull.updatedMs = review.submittedMs;
  answered(world, pull, review.by);
}

/** GitHub puts plain sentences into `errors` here. */
function saidNo(message: string): GithubError {
  return new GithubError(422, 'Unprocessable Entity', {
    errors: [message],
    docs: 'pulls/reviews',
  });
}

function find(world: GithubWorld, params: One['Params']): { pull: Pull; review: Review } {
  const pull = findPull(world, numberOf(params.number));
  const review = pull.reviews.find(({ id }) => id === numberOf(params.id));
  if (review === undefined) throw notFound();
  return { pull, review };
}

function registerRequests(scope: FastifyInstance, world: GithubWorld): void {
  const path = '/pulls/:number/requested_reviewers';
  scope.get<Numbered>(path, async ({ params }) => {
    const pull = findPull(world, numberOf(params.number));
    return {
      users: pull.requested.map((one) => userBody(world, one)),
      teams: pull.requestedTeams.map((slug) => teamBody(world, slug)),
    };
  });
  scope.post<Numbered>(path, async (request, reply) => {
    const pull = findPull(world, numberOf(request.params.number));
    const { people, teams } = reviewersIn(world, request);
    if (people.some(({ login }) => login === pull.by.login)) {
      throw saidNo('Review cannot be requested from pull request author.');
    }
    pull.requested = [...new Set([...pull.requested, ...people])];
    pull.requestedTeams = [...new Set([...pull.requestedTeams, ...teams])];
    return reply.code(201).send(pullBody(world, pull));
  });
  scope.delete<Numbered>(path, async (request) => {
    const pull = findPull(world, numberOf(request.params.number));
    const { people, teams } = reviewersIn(world, request);
    pull.requested = pull.requested.filter((one) => !people.includes(one));
    pull.requestedTeams = pull.requestedTeams.filter((one) => !teams.includes(one));
    return detailedPull(world, pull, actorOf(world, request));
  });
}

function reviewersIn(
  world: GithubWorld,
  { body }: FastifyRequest,
): { people: Account[]; teams: string[] } {
  const logins = textsIn(body, 'reviewers') ?? [];
  const people = logins.map((login) => {
    const account = world.accounts.byLogin(login);
    if (account?.type === 'User') return account;
    throw saidNo(
      'Reviews may only be requested from collaborators. One or more of the users or teams you ' +
        `specified is not a collaborator of the ${world.owner}/${world.name} repository.`,
    );
  });
  return { people, teams: textsIn(body, 'team_reviewers') ?? [] };
}
