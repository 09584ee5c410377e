/**
 * The first commit of the agents repository: the template of desired-state/, the same bytes and the
 * same commit id for the same template.
 */
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Catalog, parseCatalog } from '../reconciler/core/agent/catalog.ts';
import { explainProblems } from '../reconciler/core/agent/document.ts';
import { parsePolicy } from '../reconciler/core/agent/policy.ts';
import { Failure } from '../reconciler/core/failure.ts';
import type { GitRepository } from './git-repository.ts';

/** Beside the sources, or one level higher from the build's output. */
const templateFolder =
  ['..', '../..']
    .map((up) => join(import.meta.dirname, up, 'desired-state'))
    .find((folder) => existsSync(folder)) ?? 'desired-state';

type Seed = {
  readonly catalog: Catalog;
  readonly fleet: string;
  /**
   * The files to write over the template, with the policy pinned to that Stripe account, and with
   * the address at which hosts report, unless the policy has one; null for none.
   */
  filesFor(stripeAccount: string, heartbeatsUrl: string | null): Readonly<Record<string, string>>;
};

/**
 * @param files over the template, by path.
 * @throws Failure `InvalidInput` where the catalog or the policy is not valid.
 */
export async function readSeed(files: Readonly<Record<string, string>> = {}): Promise<Seed> {
  const read = async (path: string) =>
    files[path] ?? (await readFile(join(templateFolder, path), 'utf8'));
  const policy = await read('policy.yaml');
  const catalogRead = parseCatalog(await read('catalog.yaml'));
  const policyRead = parsePolicy(policy);
  if (!catalogRead.ok) {
    throw new Failure('InvalidInput', explainProblems(catalogRead.problems));
  }
  if (!policyRead.ok) throw new Failure('InvalidInput', explainProblems(policyRead.problems));
  return {
    catalog: catalogRead.value,
    fleet: policyRead.value.fleet,
    filesFor(stripeAccount, heartbeatsUrl) {
      const pinned = policy.replace(/\bacct_[A-Za-z0-9]+/, stripeAccount);
      const isSet = heartbeatsUrl === null || policyRead.value.heartbeats !== undefined;
      const heartbeats = isSet ? '' : `\nheartbeats: {url: "${heartbeatsUrl}"}\n`;
      return { ...files, 'policy.yaml': pinned + heartbeats };
    },
  };
}

const seeder = {
  GIT_AUTHOR_NAME: 'Aura',
  GIT_AUTHOR_EMAIL: 'aura@localhost',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'Aura',
  GIT_COMMITTER_EMAIL: 'aura@localhost',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

/**
 * @param files written over the template, by path.
 * @returns the commit's id, at `refs/heads/main`.
 */
export async function seedRepository(
  repository: GitRepository,
  files: Readonly<Record<string, string>>,
  template: string = templateFolder,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aura-seed-'));
  try {
    const tree = join(folder, 'tree');
    await cp(template, tree, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(tree, path)), { recursive: true });
      await writeFile(join(tree, path), text);
    }
    const env = { ...seeder, GIT_WORK_TREE: tree, GIT_INDEX_FILE: join(folder, 'index') };
    await repository.git(['-C', tree, 'add', '--all', '.'], { env });
    const treeId = await repository.git(['write-tree'], { env });
    const input = 'The template of the agents repository\n';
    const commit = await repository.git(['commit-tree', treeId], { env, input });
    await repository.git(['update-ref', 'refs/heads/main', commit, '']);
    await repository.noticeChanges();
    return commit;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
