/** Runs the workflows of the agents repository: opens an engine over the parts of the world. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { WorldClock } from '../clock.ts';
import type { GitRepository } from '../git-repository.ts';
import type { GithubPart } from '../github/github.ts';
import { changedPaths } from './changed-paths.ts';
import { createEngine, type Engine, type EngineOptions } from './engine.ts';
import { actionsIn } from './job-file.ts';
import { type Source, warmUp } from './source.ts';
import { emptyFolders } from './stores.ts';
import { fieldsOf } from './workflow.ts';

/** How workflows run in a local cloud. */
export type ActionsOptions = {
  /** path of `act` */
  readonly act: string;
  /**
   * The program's own repository: its actions are used, and its program stands in the tool cache of
   * the runner.
   */
  readonly source: string;
  /**
   * `kept`, by default: a runner of one's own, whose tool cache has the program. `fresh`: each job
   * finds an empty tool cache, as on GitHub's runners; jobs then run one at a time.
   */
  readonly runner?: 'kept' | 'fresh';
  /** variables that the jobs find on the machine of the runner */
  readonly env?: Readonly<Record<string, string>>;
  /** whether cron starts runs */
  readonly schedules?: boolean;
};

type World = {
  readonly clock: WorldClock;
  readonly repository: GitRepository;
  readonly github: GithubPart;
  readonly githubUrl: string;
  readonly gitUrl: string;
  readonly fullName: string;
  readonly source: Source;
  /** of the runner's machine: what its jobs inherit */
  readonly runnerEnv: Readonly<Record<string, string>>;
  idToken: EngineOptions['idToken'];
};

export async function openActions(
  options: ActionsOptions,
  root: string,
  world: World,
): Promise<Engine> {
  await emptyFolders(root);
  const toolCache = join(root, 'tools');
  const isFresh = options.runner === 'fresh';
  if (!isFresh) await warmUp(toolCache, options.source, world.source);
  const { github, repository } = world;
  const engine = createEngine({
    store: github.actions(),
    repository,
    clock: world.clock,
    fullName: world.fullName,
    apiUrl: world.githubUrl,
    gitUrl: world.gitUrl,
    root,
    runner: {
      act: options.act,
      standIns: await standInsFor(options.source),
      toolCache,
      isFresh,
      path: process.env['PATH'] ?? '/usr/bin:/bin',
      env: { ...options.env, ...world.runnerEnv },
    },
    schedules: options.schedules === true,
    settings: github.jobSettings.forJobs,
    tokenFor: github.jobs.tokenFor,
    idToken: world.idToken,
    onJob: github.jobs.note,
  });
  listen(engine, world);
  return engine;
}

/** Events of the repository start runs. */
function listen(engine: Engine, { repository, github }: World): void {
  const ignore = () => {};
  repository.onChange((changes) => {
    for (const { ref, before, after } of changes) {
      if (after === null || !ref.startsWith('refs/heads/')) continue;
      const push = async () => {
        const paths = await changedPaths(repository, before, after);
        return { name: 'push', ref, sha: after, before, paths } as const;
      };
      engine.start(push()).catch(ignore);
    }
  });
  github.onPull(({ number, base, head, headSha, fork }, action, merge) => {
    const sides = { base, head, headSha, fork };
    const event = async () =>
      ({ name: 'pull_request', action, number, ...sides, sha: await merge }) as const;
    engine.start(event()).catch(ignore);
  });
  github.actions().onDispatch((dispatch) => {
    const event =
      dispatch.kind === 'repository'
        ? ({
            name: 'repository_dispatch',
            type: dispatch.event,
            payload: dispatch.payload,
          } as const)
        : ({ name: 'workflow_dispatch', ...dispatch } as const);
    engine.start(event).catch(ignore);
  });
}

const standIns = ['checkout', 'cache', 'upload-artifact', 'download-artifact'] as const;

/** The actions that workflows and the source's own actions use, at the commits that they pin. */
async function standInsFor(source: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const one of await pinnedIn(source)) {
    const [, name = ''] = /^actions\/([\w-]+)@/.exec(one) ?? [];
    const folder = join(import.meta.dirname, 'stand-ins', name);
    if ((standIns as readonly string[]).includes(name)) found.set(one, folder);
  }
  return found;
}

async function pinnedIn(source: string): Promise<readonly string[]> {
  const own = join(source, '.github', 'actions');
  const template = join(source, 'desired-state', '.github', 'workflows');
  const actions = (await readdir(own)).map((name) => join(own, name, 'action.yml'));
  const workflows = (await readdir(template)).map((name) => join(template, name));
  const read = [...actions, ...workflows].filter(existsSync).map(async (path) => {
    const fields = fieldsOf(parse(await readFile(path, 'utf8')));
    const jobs = Object.values(fieldsOf(fields['jobs'] ?? {})).map((job) => fieldsOf(job));
    return [...jobs, fieldsOf(fields['runs'] ?? {})].flatMap(({ steps }) => actionsIn(steps));
  });
  return [...new Set((await Promise.all(read)).flat())].sort();
}
