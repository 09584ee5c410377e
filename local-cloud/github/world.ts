/** What the routes of GitHub's API share: the repository, its settings, and its records. */
import type { FastifyRequest } from 'fastify';
import type { WorldClock } from '../clock.ts';
import type { GitRepository } from '../git-repository.ts';
import type { Randomness } from '../randomness.ts';
import {
  type Account,
  type Accounts,
  type Credential,
  createAccounts,
  tokenOf,
} from './accounts.ts';
import type { ChecksStore } from './checks-store.ts';
import { createChecksStore } from './checks-store.ts';
import { GithubError } from './errors.ts';
import { createJobSettings, type JobSettings } from './job-settings.ts';
import { createProtections, type Protections } from './protection.ts';
import type { Label, Pull, Topic } from './records.ts';

type RepositorySettings = {
  description: string | null;
  defaultBranch: string;
  merge: boolean;
  squash: boolean;
  rebase: boolean;
  deleteBranchOnMerge: boolean;
  hasIssues: boolean;
};

export type PullListener = (
  pull: Pull,
  action: 'opened' | 'synchronize' | 'reopened',
  /** the commit that would merge it; null where there is a conflict */
  merge: Promise<string | null>,
) => void;

export type GithubWorld = {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly repository: GitRepository;
  readonly owner: string;
  readonly name: string;
  readonly createdMs: number;
  readonly accounts: Accounts;
  readonly settings: RepositorySettings;
  readonly labels: Label[];
  readonly issues: Topic[];
  readonly pulls: Pull[];
  /** called for every pull request that is opened, and every new head */
  readonly pullListeners: PullListener[];
  readonly checks: ChecksStore;
  readonly protections: Protections;
  readonly jobSettings: JobSettings;
  /** Where this API is served, without a slash at its end. */
  apiUrl(): string;
  servedAt(url: () => string): void;
  /** Issues and pull requests share one sequence. */
  nextNumber(): number;
  /** For ids that are not counted per repository. */
  nextId(): number;
};

export function createWorld(options: {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly repository: GitRepository;
  readonly fullName: string;
}): GithubWorld {
  const [owner = '', name = ''] = options.fullName.split('/');
  const { clock, repository } = options;
  let [number, id] = [0, 1000];
  let url = () => 'https://api.github.com';
  const nextId = () => {
    id += 1;
    return id;
  };
  const accounts = createAccounts({ clock, owner, nextId });
  const checks = createChecksStore();
  const protections = createProtections({ accounts, checks, gitDir: repository.gitDir });
  return {
    clock,
    randomness: options.randomness,
    repository,
    owner,
    name,
    createdMs: clock.now(),
    accounts,
    settings: {
      description: null,
      defaultBranch: 'main',
      merge: true,
      squash: true,
      rebase: true,
      deleteBranchOnMerge: false,
      hasIssues: true,
    },
    labels: [],
    issues: [],
    pulls: [],
    pullListeners: [],
    checks,
    protections,
    jobSettings: createJobSettings({ clock, protections, nextId }),
    apiUrl: () => url(),
    servedAt(place) {
      url = place;
    },
    nextNumber() {
      number += 1;
      return number;
    },
    nextId,
  };
}

/** The holder of the request's token, which the frame has checked. */
export function credentialOf(world: GithubWorld, request: FastifyRequest): Credential {
  const found = world.accounts.credentialOf(tokenOf(request.headers.authorization));
  if (found === undefined) throw new GithubError(401, 'Bad credentials', { docs: '' });
  return found;
}

export function actorOf(world: GithubWorld, request: FastifyRequest): Account {
  return credentialOf(world, request).actor;
}

/** GitHub writes whole seconds. */
export function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : timeOf(ms);
}

/** The resource's own address in this API. */
export function repoUrl(world: GithubWorld, path = ''): string {
  return `${world.apiUrl()}/repos/${world.owner}/${world.name}${path}`;
}

/** The resource's page for people. */
export function htmlUrl(world: GithubWorld, path = ''): string {
  return `https://github.com/${world.owner}/${world.name}${path}`;
}

/** Opaque ids of GraphQL. */
export function nodeId(kind: string, id: number | string): string {
  return `${kind}_${Buffer.from(`${kind}:${id}`).toString('base64url')}`;
}
