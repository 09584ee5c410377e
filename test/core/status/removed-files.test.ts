/** The text about removed files, however many they are. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type RemovedFile,
  removedFilesBody,
  removedFilesTitle,
} from '../../../reconciler/core/status/removed-files.ts';

const at = '2026-11-22T12:00:00.000Z';
const commitNo = (n: number) => n.toString(16).padStart(40, '0');
const agent = (n: number) => `agt-${String(n).padStart(12, '0')}`;
const range = (from: number, count: number) => Array.from({ length: count }, (_, n) => from + n);

function removed(n: number, commit: number, agentsRemoved: number): RemovedFile {
  return { agent: agent(n), removal: { commit: commitNo(commit), at, agentsRemoved }, note: null };
}

describe('the pull request about removed files', () => {
  test('reads well', () => {
    const files = [
      removed(3, 1, 1),
      removed(2, 2, 2),
      { ...removed(1, 2, 2), note: 'its file was invalid before it was removed' },
      removed(5, 3, 4),
      { agent: agent(4), removal: null, note: null },
    ];
    assert.equal(removedFilesTitle(files), 'Removed files of 5 agents');
    assert.equal(
      removedFilesBody(files),
      `5 agents have no file any more. Their resources at Hetzner and Tailscale stay unchanged.

### 2 agents, by commit 0000000000

It removed 2 agents at once, at ${at}. \`git revert 0000000000\` does the same as merging this.

- \`${agent(1)}\`: its file was invalid before it was removed
- \`${agent(2)}\`

### 1 agent, by commit 0000000000

It removed 1 agent, at ${at}. \`git revert 0000000000\` does the same as merging this.

- \`${agent(3)}\`

### 1 agent, by commit 0000000000

It removed 4 agents at once, at ${at}. 3 of them are not in this list: do not revert it without a look.

- \`${agent(5)}\`

### 1 agent whose file is not in history

Merging this does not restore them. A person who has their commits can push them back.

- \`${agent(4)}\`

Merge to restore the files as they were. To end an agent, add a tombstone to its file.
`,
    );
  });

  test('is the same whatever order they come in', () => {
    const files = [...range(0, 40).map((n) => removed(n, 1, 40)), removed(50, 2, 1)];
    assert.equal(removedFilesBody([...files].reverse()), removedFilesBody(files));
  });

  test('stays readable: beyond a number, commits and lost files are counted', () => {
    const files = [
      ...range(0, 1000).map((n) => removed(n, 1, 1000)),
      ...range(1000, 300).map((n) => removed(n, n, 1)),
      ...range(2000, 70).map((n) => ({ agent: agent(n), removal: null, note: null })),
    ];
    const body = removedFilesBody(files);
    assert.match(body, /^1370 agents have no file/);
    assert.match(body, /^- … and 980 more$/m);
    assert.match(body, /^And 281 agents more, by 281 other commits\.$/m);
    assert.match(body, /^- … and 50 more$/m);
    assert.ok(body.length < 10_000, `${body.length} characters`);
  });
});
