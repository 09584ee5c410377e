/** A real git server with one bare repository behind it, and repositories that talk to it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFaults, type Faults } from '../../local-cloud/faults.ts';
import { createBareRepository, type GitRepository } from '../../local-cloud/git-repository.ts';
import { startGitServer } from '../../local-cloud/git-server.ts';
import { createLedger, type Ledger } from '../../local-cloud/ledger.ts';
import { createRepository, type Repository } from '../../reconciler/adapters/git/repository.ts';
import type { CommitDraft, Snapshot } from '../../reconciler/ports/desired-state.ts';
import type { TokenSource } from '../../reconciler/ports/forge.ts';

export const token = 'a-token-that-is-secret';

export type GitWorld = {
  readonly bare: GitRepository;
  readonly faults: Faults;
  readonly ledger: Ledger;
  readonly url: string;
  /** a further, independent clone */
  repository(options?: { token?: TokenSource | string | null; folder?: string }): Repository;
  /** From now on the server accepts this token and no other. */
  accept(token: string): void;
  close(): Promise<void>;
};

export const receivePack = {
  api: 'git',
  method: 'POST',
  path: '/aura/agents.git/git-receive-pack',
};

export async function createGitWorld(): Promise<GitWorld> {
  const root = await mkdtemp(join(tmpdir(), 'aura-git-world-'));
  const bare = await createBareRepository(join(root, 'aura', 'agents.git'));
  const [faults, ledger] = [createFaults(), createLedger()];
  let accepted = basic(token);
  const server = await startGitServer({
    root,
    repositories: new Map([['aura/agents', bare]]),
    ledger,
    faults,
    authorise: ({ headers }) => headers.authorization === accepted,
  });
  const url = server.repositoryUrl('aura/agents');
  const opened: Repository[] = [];
  return {
    bare,
    faults,
    ledger,
    url,
    repository(options = {}) {
      const repository = createRepository({
        url,
        token: options.token === undefined ? token : options.token,
        folder: options.folder ?? null,
        author: { name: 'Aura', email: 'aura@example.com' },
        clock: { now: () => Date.parse('2026-11-22T05:00:00Z'), wait: async () => {} },
      });
      opened.push(repository);
      return repository;
    },
    accept(other) {
      accepted = basic(other);
    },
    async close() {
      for (const repository of opened) await repository.close();
      await server.close();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function basic(password: string): string {
  return `Basic ${Buffer.from(`x-access-token:${password}`).toString('base64')}`;
}

export function draft(
  subject: string,
  files: Readonly<Record<string, string | null>>,
): CommitDraft {
  const edits = Object.entries(files).map(([path, text]) => ({ path, text }));
  return { subject, body: '', trailers: [['Aura-Cause', 'test']], edits };
}

export async function tip(repository: Repository, branch = 'main'): Promise<Snapshot> {
  const snapshot = await repository.fetch(branch);
  assert.ok(snapshot !== null, `there is no branch ${branch}`);
  return snapshot;
}
