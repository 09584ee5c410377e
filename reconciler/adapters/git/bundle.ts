/**
 * Writes whole branches into one file: git fetches them into a temporary folder, bundles them, and
 * verifies the bundle. https://git-scm.com/docs/git-bundle
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, isFailure } from '../../core/failure.ts';
import type { Bundler } from '../../ports/desired-state.ts';
import type { Access } from './access.ts';
import { plainPath } from './path.ts';
import { createGit, type Git } from './program.ts';

export function createBundler(access: Access): Bundler {
  return {
    async make(branches) {
      const folder = await mkdtemp(join(tmpdir(), 'aura-bundle-'));
      try {
        const git = createGit(join(folder, 'all.git'), access);
        await git.run(['init', '--quiet', '--bare', git.gitDir]);
        return await bundleOf(git, { branches, file: join(folder, 'all.bundle') });
      } finally {
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

async function bundleOf(
  git: Git,
  { branches, file }: { readonly branches: readonly string[]; readonly file: string },
) {
  const refs = branches.map((branch) => `refs/heads/${plainPath(branch)}`);
  await fetchBranches(git);
  const there = await branchesIn(git);
  const lacking = branches.filter((branch) => !there.has(branch));
  if (lacking.length > 0)
    throw new Failure('NotFound', `the repository has no branch ${lacking.join(', ')}`);
  await git.run(['bundle', 'create', '--quiet', file, ...refs]);
  // A bundle that needs other commits cannot be restored into an empty repository.
  const heads = (await git.run(['bundle', 'list-heads', file])).toString();
  await git.run(['bundle', 'verify', '--quiet', file]);
  const tips = tipsIn(heads);
  for (const [place, branch] of branches.entries()) {
    const ref = refs[place] ?? '';
    const tip = (await git.run(['rev-parse', ref])).toString().trim();
    if (tips[branch] !== tip)
      throw new Failure('UnexpectedAnswer', `the bundle does not hold ${branch} at ${tip}`);
  }
  await assertWhole(git, file);
  return { content: await readFile(file), tips };
}

/** Fetches all branches: git only distinguishes a missing branch from no answer by its text. */
async function fetchBranches(git: Git): Promise<void> {
  try {
    await git.fetch([], ['+refs/heads/*:refs/heads/*'], 'all');
  } catch (thrown) {
    if (!isFailure(thrown, 'UnexpectedAnswer')) throw thrown;
    const text = `the branches could not be fetched: ${thrown.message}`;
    throw new Failure('NetworkUnreachable', text);
  }
}

async function branchesIn(git: Git): Promise<ReadonlySet<string>> {
  const out = await git.run(['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads']);
  return new Set(out.toString().split('\n'));
}

function tipsIn(heads: string): Record<string, string> {
  return Object.fromEntries(
    [...heads.matchAll(/^([0-9a-f]{40,64}) refs\/heads\/(\S+)$/gm)].map(
      ([, oid = '', branch = '']) => [branch, oid],
    ),
  );
}

/** The header lists each commit that the bundle needs with a minus sign; there must be none. */
async function assertWhole(git: Git, file: string): Promise<void> {
  const header = (await readFile(file)).subarray(0, headerMax).toString('latin1');
  const lines = header.slice(0, header.indexOf('\n\n')).split('\n');
  if (lines.some((line) => /^-[0-9a-f]{40}/.test(line)))
    throw new Failure('Bug', `a bundle of ${git.gitDir} needs commits that it does not hold`);
}

const headerMax = 65_536;
