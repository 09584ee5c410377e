/** Runs the workflows of the agents repository of a local cloud, where that is asked for. */
import { join } from 'node:path';
import type { WorldClock } from '../clock.ts';
import { repositoryName } from '../environment.ts';
import type { GitRepository } from '../git-repository.ts';
import type { GithubPart } from '../github/github.ts';
import type { OidcPart } from '../oidc/oidc.ts';
import type { Engine } from './engine.ts';
import { type ActionsOptions, openActions } from './open.ts';
import { addressesIn, setUp } from './settings.ts';
import { openSource, type Source } from './source.ts';

/** Where the program's own repository is, on the git server. */
export const sourceName = 'aura/aura';

export async function sourceIn(root: string, options?: ActionsOptions): Promise<Source | null> {
  return options === undefined ? null : openSource(options.source, join(root, `${sourceName}.git`));
}

type Parts = {
  readonly clock: WorldClock;
  readonly repository: GitRepository;
  readonly github: GithubPart;
  readonly oidc: OidcPart;
  readonly env: Readonly<Record<string, string>>;
  readonly readOnlyEnv: Readonly<Record<string, string>>;
  readonly root: string;
  readonly source: Source | null;
  /** clone URL of the agents repository */
  readonly git: string;
};

/** Those that the guide asks for. */
const appPermissions = {
  actions: 'read',
  contents: 'write',
  members: 'read',
  pull_requests: 'write',
} as const;

export async function actionsIn(
  { root, source, env, readOnlyEnv, git, oidc, ...parts }: Parts,
  options?: ActionsOptions,
): Promise<Engine | null> {
  if (options === undefined || source === null) return null;
  const app = parts.github.installApp({ slug: 'aura-runs', permissions: appPermissions });
  const own = { source: sourceName, commit: source.commit, app };
  setUp(parts.github.jobSettings, { env, readOnlyEnv }, own);
  return openActions(options, join(root, 'actions'), {
    ...parts,
    source,
    fullName: repositoryName,
    githubUrl: env['GITHUB_API_URL'] ?? '',
    gitUrl: git.slice(0, -`/${repositoryName}.git`.length),
    runnerEnv: addressesIn(env),
    idToken({ run, ref, environment }) {
      const { url, token } = oidc.tokenRequestFor({
        repository: repositoryName,
        ref,
        environment,
        workflow: `.github/workflows/${run.workflow}`,
        runId: String(run.id),
        attempt: run.attempt,
        sha: run.sha ?? '',
        event: run.event,
      });
      return { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token };
    },
  });
}
