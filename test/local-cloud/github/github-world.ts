import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { startApi } from '../../../local-cloud/api-server.ts';
import { createWorldClock } from '../../../local-cloud/clock.ts';
import { createFaults } from '../../../local-cloud/faults.ts';
import { createBareRepository, type GitRepository } from '../../../local-cloud/git-repository.ts';
import { createGithub } from '../../../local-cloud/github/github.ts';
import { createLedger } from '../../../local-cloud/ledger.ts';
import { createRandomness } from '../../../local-cloud/randomness.ts';

/** GitHub's API over a fresh repository with one file `README` on `main`, and its real client. */
export async function startGithubWorld(
  options: { requestsPerHourMax?: number; startMs?: number } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'aura-github-test-'));
  const repository = await createBareRepository(join(folder, 'aura', 'agents.git'));
  const first = await commitFiles(repository, 'main', { README: 'hello\n' });
  const clock = createWorldClock({
    startMs: options.startMs ?? Date.parse('2026-11-22T05:00:00Z'),
    rate: 0,
  });
  const faults = createFaults();
  const ledger = createLedger();
  const github = createGithub({
    clock,
    randomness: createRandomness(1),
    repository,
    fullName: 'aura/agents',
    ...options,
  });
  const api = await startApi(github, { clock, ledger, faults });
  const clientOf = (auth: string) =>
    new Octokit({ auth, baseUrl: api.url, log: { debug() {}, info() {}, warn() {}, error() {} } });
  return {
    url: api.url,
    /** Whose folders are the repositories, for a git server. */
    root: folder,
    repository,
    first,
    clock,
    faults,
    ledger,
    github,
    clientOf,
    machine: clientOf(github.token),
    operator: clientOf(github.tokenOfPerson('olivia')),
    async close() {
      await api.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const author = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_AUTHOR_DATE: '2026-11-22T04:00:00Z',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
  GIT_COMMITTER_DATE: '2026-11-22T04:00:00Z',
};

/** A commit of exactly these files on a branch, made where it is not there. */
export async function commitFiles(
  repository: GitRepository,
  branch: string,
  files: Readonly<Record<string, string>>,
  from: string = branch,
): Promise<string> {
  const env = { GIT_INDEX_FILE: join(repository.gitDir, `index-${branch.replaceAll('/', '-')}`) };
  await repository.git(['read-tree', '--empty'], { env });
  for (const [name, input] of Object.entries(files)) {
    const oid = await repository.git(['hash-object', '-w', '--stdin'], { input });
    await repository.git(['update-index', '--add', '--cacheinfo', `100644,${oid},${name}`], {
      env,
    });
  }
  const tree = await repository.git(['write-tree'], { env });
  const parent = await repository.resolve(`refs/heads/${from}`);
  const parents = parent === null ? [] : ['-p', parent];
  const input = `${branch}: ${Object.keys(files).join(', ')}\n`;
  const commit = await repository.git(['commit-tree', tree, ...parents], { env: author, input });
  await repository.git(['update-ref', `refs/heads/${branch}`, commit]);
  await repository.noticeChanges();
  return commit;
}
