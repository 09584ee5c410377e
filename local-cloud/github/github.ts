/**
 * GitHub's REST API over the local git server's bare repository.
 *
 * Commits, refs, files and merges are the repository's own; pull requests, reviews, issues, checks,
 * dispatches and runs are kept here. There is one private repository: any other, and every request
 * without a token, is not found. People administer it; Apps and the machine have their own
 * permissions.
 */
import type { FastifyInstance } from 'fastify';
import type { CloudPart } from '../api-server.ts';
import type { WorldClock } from '../clock.ts';
import type { GitRepository } from '../git-repository.ts';
import type { Randomness } from '../randomness.ts';
import {
  allows,
  machineCredential,
  type Permissions,
  personalCredential,
  tokenOf,
} from './accounts.ts';
import { registerActions } from './actions.ts';
import { type ActionsStore, createActionsStore } from './actions-store.ts';
import { createApp, type NewApp, registerApps } from './apps.ts';
import { registerChecks } from './checks.ts';
import { registerContents } from './contents.ts';
import { registerEnvironments } from './environments.ts';
import { errorBody } from './errors.ts';
import { registerFrame, registerHeaders } from './frame.ts';
import { registerHistory } from './history.ts';
import { registerHooks } from './hooks.ts';
import { registerIssues } from './issues.ts';
import { createJobAccess, type JobAccess } from './job-access.ts';
import type { JobSettings } from './job-settings.ts';
import { registerLabels } from './labels.ts';
import { createRateLimits } from './limits.ts';
import { registerLogs } from './logs.ts';
import { registerMerges } from './merges.ts';
import { registerObjects } from './objects.ts';
import { registerProtection } from './protection-routes.ts';
import { pullBody } from './pull-bodies.ts';
import { followBranches } from './pull-store.ts';
import { registerPulls } from './pulls.ts';
import type { Pull } from './records.ts';
import { registerRefs } from './refs.ts';
import { registerAccounts, registerRepository } from './repositories.ts';
import { registerReviews } from './reviews.ts';
import { registerRulesets } from './rulesets.ts';
import { registerTeams } from './teams.ts';
import { issueBody } from './topics.ts';
import { registerVariables } from './variables.ts';
import { createWorld, type GithubWorld, type PullListener } from './world.ts';

export type GithubPart = CloudPart & {
  /** The machine's own token: its holder is `aura[bot]`. */
  readonly token: string;
  /** The token of a person, who becomes known by the first call. */
  /** @param expiresMs by the world's clock; without it the token never expires */
  tokenOfPerson(login: string, expiresMs?: number): string;
  /** Whether a git request with this Authorization header comes from a known account. */
  knows(header: string | undefined): boolean;
  /** Whether that account may push at all: an App without `contents: write` may not. */
  mayPush(header: string | undefined): boolean;
  /** The account, for the guards of protected branches. */
  loginOf(header: string | undefined): string | null;
  /** Installs an App on the repository. */
  installApp(app: { readonly slug: string; readonly permissions: Permissions }): NewApp;
  /** The members of a team, instead of all accounts. */
  setTeam(slug: string, logins: readonly string[]): void;
  pulls(): readonly Pull[];
  actions(): ActionsStore;
  /** what the jobs of workflows have of GitHub */
  readonly jobs: JobAccess;
  readonly jobSettings: JobSettings;
  onPull(listener: PullListener): void;
};

export function createGithub(options: {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly repository: GitRepository;
  /** `owner/name` */
  readonly fullName: string;
  readonly requestsPerHourMax?: number;
}): GithubPart {
  const world = createWorld(options);
  const { accounts, randomness } = world;
  const bot = accounts.add('aura[bot]', 'Bot');
  const machine = accounts.keep(machineCredential(bot, randomness));
  const limits = createRateLimits(world.clock, options.requestsPerHourMax ?? 5000);
  const actions = createActionsStore(world);
  followBranches(world);
  const credentialAt = (header: string | undefined) => accounts.credentialOf(tokenOf(header));

  return {
    api: 'github',
    token: machine.token,
    tokenOfPerson(login, expiresMs) {
      const person = accounts.byLogin(login) ?? accounts.add(login, 'User');
      if (expiresMs !== undefined)
        return accounts.keep({ ...personalCredential(person, randomness), expiresMs }).token;
      const [known] = accounts.tokensOf(login);
      return (known ?? accounts.keep(personalCredential(person, randomness))).token;
    },
    knows: (header) => credentialAt(header) !== undefined,
    mayPush(header) {
      const credential = credentialAt(header);
      return credential !== undefined && allows(credential.permissions, 'contents', 'write');
    },
    loginOf: (header) => credentialAt(header)?.actor.login ?? null,
    installApp: (app) => createApp(world, app),
    setTeam: accounts.setTeam,
    pulls: () => world.pulls,
    actions: () => actions,
    jobs: createJobAccess(world),
    jobSettings: world.jobSettings,
    onPull: (listener) => void world.pullListeners.push(listener),
    register(app) {
      world.servedAt(() => app.listeningOrigin);
      registerHeaders(app, { world, limits });
      app.register(async (scope) => {
        registerFrame(scope, { world, limits });
        registerAccounts(scope, world, limits);
        registerApps(scope, world);
        registerTeams(scope, world);
        registerLogs(scope, world, actions);
        scope.register(async (routes) => registerRoutes(routes, world, actions), {
          prefix: '/repos/:owner/:repo',
        });
      });
    },
    errorBody,
    emptyListing: (url) =>
      /\/(pulls|issues|comments|reviews|branches)(\?|$)/.test(url) ? [] : undefined,
    dump: () => ({
      pulls: world.pulls.map((pull) => pullBody(world, pull)),
      issues: world.issues.map((issue) => issueBody(world, issue)),
      actions: actions.dump(),
    }),
  };
}

function registerRoutes(app: FastifyInstance, world: GithubWorld, actions: ActionsStore): void {
  registerRepository(app, world);
  registerHistory(app, world);
  registerRefs(app, world);
  registerObjects(app, world);
  registerContents(app, world);
  registerPulls(app, world);
  registerMerges(app, world);
  registerReviews(app, world);
  registerIssues(app, world);
  registerLabels(app, world);
  registerChecks(app, world);
  registerProtection(app, world);
  registerRulesets(app, world);
  registerActions(app, world, actions);
  registerVariables(app, world);
  registerEnvironments(app, world);
  registerHooks(app, world);
}
