/** What a push changes: without an answer, every workflow of the branch starts. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { changedPaths } from '../../../local-cloud/actions/changed-paths.ts';
import { starts } from '../../../local-cloud/actions/triggers.ts';
import { readWorkflow } from '../../../local-cloud/actions/workflow.ts';
import { createBareRepository } from '../../../local-cloud/git-repository.ts';

const workflow = readWorkflow(
  'w.yml',
  'on: {push: {branches: [main], paths: [agents/**]}}\njobs: {a: {runs-on: x, steps: []}}',
);

test('a push whose difference cannot be read starts what a filter of paths may leave out', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aura-changed-'));
  try {
    const repository = await createBareRepository(join(folder, 'one.git'));
    const commit = async (files: readonly string[]) => {
      const blob = await repository.git(['hash-object', '-w', '--stdin'], { input: 'x' });
      const input = files.map((path) => `100644 blob ${blob}\t${path}\n`).join('');
      const tree = await repository.git(['mktree'], { input });
      const by = ['-c', 'user.name=x', '-c', 'user.email=x@localhost'];
      return repository.git([...by, 'commit-tree', tree, '-m', 'x']);
    };
    const [first, second] = [await commit(['a']), await commit(['a', 'b c'])];
    const lost = 'e'.repeat(40);
    const pushed = async (before: string | null) => {
      const paths = await changedPaths(repository, before, second);
      const event = { name: 'push', ref: 'refs/heads/main', sha: second, before, paths } as const;
      return [paths, starts(workflow, event)];
    };
    assert.deepEqual(await pushed(first), [['b c'], false]);
    assert.deepEqual(await pushed(second), [[], false]);
    assert.deepEqual(await pushed(null), [null, true]);
    assert.deepEqual(await pushed(lost), [null, true]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
