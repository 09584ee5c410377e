/**
 * Reads a clone of the agents repository on this machine, without a network and without changing
 * it: the branches as the clone fetched them last, else its own.
 */
import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Failure } from '../../core/failure.ts';
import type { DesiredState } from '../../ports/desired-state.ts';
import { accessOf } from './access.ts';
import { readLog, readVersions, walkLog } from './history.ts';
import { openObjects } from './objects.ts';
import { createOidCache } from './oid-cache.ts';
import { anyPath, plainPath } from './path.ts';
import { createGit } from './program.ts';
import { createSnapshot } from './snapshot.ts';
import { createTrees } from './trees.ts';

type Clone = Pick<DesiredState, 'fetch' | 'log' | 'walk' | 'versions' | 'stop'> & {
  close(): void;
};

const run = promisify(execFile);
const charactersMax = 1_000_000;

/** Throws `NotFound` where the folder is in no clone that holds branch `main`. */
export async function openClone(folder: string): Promise<Clone> {
  const gitDir = await gitDirOf(folder);
  const git = createGit(gitDir, accessOf({ url: pathToFileURL(gitDir).href, token: null }));
  const objects = openObjects(git);
  const texts = createOidCache<string>(charactersMax);
  const contents = { git, objects, trees: createTrees(objects), texts };

  async function tipOf(branch: string): Promise<string | null> {
    const name = plainPath(branch);
    for (const ref of [`refs/remotes/origin/${name}`, `refs/heads/${name}`]) {
      const found = await objects.read(ref);
      if (found?.type === 'commit') return found.oid;
    }
    return null;
  }

  async function wholeTip(branch: string): Promise<string | null> {
    const shallow = await git.run(['rev-parse', '--is-shallow-repository']);
    if (shallow.toString().trim() !== 'true') return tipOf(branch);
    const message = `the clone in ${folder} has no whole history: run \`git fetch --unshallow\``;
    throw new Failure('InvalidInput', message);
  }

  if ((await tipOf('main')) === null) {
    objects.close();
    throw new Failure('NotFound', `the clone in ${folder} has no branch main`);
  }
  return {
    async fetch(branch) {
      const tip = await tipOf(branch);
      return tip === null ? null : createSnapshot(tip, contents);
    },
    async log(branch, max, path = null) {
      const tip = await wholeTip(branch);
      return tip === null ? [] : readLog(git, tip, { max, path });
    },
    async *walk(branch, path = null) {
      const tip = await wholeTip(branch);
      if (tip !== null) yield* walkLog(git, tip, path);
    },
    async *versions(branch, path) {
      const tip = await wholeTip(branch);
      if (tip !== null) yield* readVersions(contents, tip, anyPath(path));
    },
    async stop() {
      const roots = ['refs/remotes/origin/stop', 'refs/heads/stop'];
      const args = ['for-each-ref', '--count=1', '--format=%(refname:short): %(subject)', ...roots];
      const said = (await git.run(args)).toString().trim();
      return said === '' ? null : said;
    },
    close: objects.close,
  };
}

/** By the person's own git, whose settings say which folders it trusts. */
async function gitDirOf(folder: string): Promise<string> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const options = { cwd: folder, env: Object.fromEntries(kept), timeout: 20_000 };
  try {
    const { stdout } = await run('git', ['rev-parse', '--absolute-git-dir'], options);
    return stdout.trim();
  } catch (cause) {
    throw new Failure('NotFound', `${folder} is no clone of a git repository`, { cause });
  }
}
