/**
 * GitHub's REST API over the local git server's bare repository.
 *
 * Commits, refs, files and merges are the repository's own; pull requests, reviews, issues,
 * dispatches and runs are kept here. Assumptions: an unauthenticated request is refused even where
 * GitHub would let it read something public; rate limits are 5000 requests an hour for each token.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CloudPart } from '../api-server.ts';
import type { WorldClock } from '../clock.ts';
import type { GitRepository } from '../git-repository.ts';
import type { Randomness } from '../randomness.ts';
import { type ActionsStore, type Dispatch, registerActions } from './actions.ts';
import { registerGitData } from './git-data.ts';
import { registerHooks } from './hooks.ts';
import { type IssueStore, registerIssues } from './issues.ts';
import { createPullStore, type Pull, pullBody } from './pull-store.ts';
import { registerPulls } from './pulls.ts';
import {
  errorBody,
  GithubError,
  type GithubWorld,
  type Person,
  personOf,
  repositoryOf,
  tokenOf,
  userOf,
} from './world.ts';

export type GithubPart = CloudPart & {
  /** The machine's own token: whoever has it is `aura[bot]`. */
  readonly token: string;
  /** The token of a person, made known by asking. */
  tokenOfPerson(login: string): string;
  /** Whether a git request with this Authorization header comes from somebody known. */
  knows(header: string | undefined): boolean;
  pulls(): readonly Pull[];
  /** Only once the API has been started. */
  actions(): ActionsStore;
};

export function createGithub(options: {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly repository: GitRepository;
  /** `owner/name` */
  readonly fullName: string;
  readonly requestsPerHourMax?: number;
  onDispatch?(dispatch: Dispatch): void;
}): GithubPart {
  const world = createWorld(options);
  const machine = addPerson(world, 'aura[bot]', 'Bot');
  const pullStore = createPullStore(world);
  const limits = createRateLimits(world.clock, options.requestsPerHourMax ?? 5000);
  let actions: ActionsStore | undefined;
  let issues: IssueStore | undefined;

  function register(app: FastifyInstance): void {
    app.addHook('preHandler', async (request) => {
      if (request.headers.authorization === undefined) {
        throw new GithubError(401, 'Requires authentication');
      }
      limits.spend(personOf(world, request));
    });
    app.addHook('onSend', async (request, reply) => limits.tell(world, request, reply));
    app.get('/user', async (request) => userOf(personOf(world, request)));
    app.get('/rate_limit', async (request) => ({
      resources: { core: limits.of(personOf(world, request)) },
    }));
    app.register(
      async (scope) => {
        scope.get('', async () => repositoryOf(world));
        registerGitData(scope, world);
        registerPulls(scope, pullStore);
        const isPull = (number: number) => pullStore.pulls.some((pull) => pull.number === number);
        issues = registerIssues(scope, world, isPull);
        actions = registerActions(scope, world, (dispatch) => options.onDispatch?.(dispatch));
        registerHooks(scope, world);
      },
      { prefix: `/repos/${options.fullName}` },
    );
  }

  return {
    api: 'github',
    token: machine.token,
    tokenOfPerson(login) {
      const known = [...world.people.values()].find((person) => person.login === login);
      return (known ?? addPerson(world, login, 'User')).token;
    },
    knows: (header) => world.people.has(tokenOf(header) ?? ''),
    pulls: () => pullStore.pulls,
    actions() {
      if (actions === undefined) throw new Error('the GitHub API is not started');
      return actions;
    },
    register,
    errorBody,
    emptyListing: (url) => (/\/(pulls|issues|reviews|branches)(\?|$)/.test(url) ? [] : undefined),
    dump: () => ({
      pulls: pullStore.pulls.map((pull) => pullBody(world, pull)),
      issues: issues?.dump() ?? [],
      actions: actions?.dump() ?? null,
    }),
  };
}

function createWorld(options: {
  clock: WorldClock;
  randomness: Randomness;
  repository: GitRepository;
  fullName: string;
}): GithubWorld {
  const [owner = '', name = ''] = options.fullName.split('/');
  let number = 0;
  let id = 1000;
  return {
    clock: options.clock,
    randomness: options.randomness,
    repository: options.repository,
    owner,
    name,
    people: new Map(),
    nextNumber() {
      number += 1;
      return number;
    },
    nextId() {
      id += 1;
      return id;
    },
  };
}

function addPerson(world: GithubWorld, login: string, type: Person['type']): Person {
  const token = `${type === 'Bot' ? 'ghs' : 'ghp'}_${world.randomness.token(36)}`;
  const person = { login, type, token, id: world.nextId() };
  world.people.set(token, person);
  return person;
}

function createRateLimits(clock: WorldClock, requestsPerHourMax: number) {
  const windows = new Map<string, { resetMs: number; used: number }>();
  const windowOf = (person: Person) => {
    const known = windows.get(person.login);
    if (known !== undefined && clock.now() < known.resetMs) return known;
    const fresh = { resetMs: clock.now() + 3_600_000, used: 0 };
    windows.set(person.login, fresh);
    return fresh;
  };
  const of = (person: Person) => {
    const { resetMs, used } = windowOf(person);
    const remaining = Math.max(requestsPerHourMax - used, 0);
    return { limit: requestsPerHourMax, remaining, used, reset: Math.ceil(resetMs / 1000) };
  };
  return {
    of,
    spend(person: Person) {
      if (of(person).remaining === 0) {
        throw new GithubError(403, `API rate limit exceeded for user ID ${person.id}.`);
      }
      windowOf(person).used += 1;
    },
    tell(world: GithubWorld, request: FastifyRequest, reply: FastifyReply): void {
      reply.header('x-github-request-id', world.randomness.hex(16).toUpperCase());
      if (reply.statusCode === 429) reply.header('retry-after', '60');
      const person = world.people.get(tokenOf(request.headers.authorization) ?? '');
      if (person === undefined) return;
      for (const [name, value] of Object.entries(of(person))) {
        reply.header(`x-ratelimit-${name}`, String(value));
      }
      reply.header('x-ratelimit-resource', 'core');
    },
  };
}
