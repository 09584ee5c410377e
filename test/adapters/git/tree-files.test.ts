/** Lists and compares trees in memory; the results are compared with git's own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { usualLimits } from '../../../reconciler/adapters/git/access.ts';
import { openObjects } from '../../../reconciler/adapters/git/objects.ts';
import { createGit } from '../../../reconciler/adapters/git/program.ts';
import { changesBelow, filesBelow } from '../../../reconciler/adapters/git/tree-files.ts';
import { createTrees } from '../../../reconciler/adapters/git/trees.ts';
import { notPlainFile } from '../../../reconciler/core/agent/file-content.ts';
import { isFailure } from '../../../reconciler/core/failure.ts';

const folder = mkdtempSync(join(tmpdir(), 'aura-tree-files-'));
const program = createGit(folder, { url: 'http://127.0.0.1:1/', login: null, limits: usualLimits });
const objects = openObjects(program);
after(() => {
  objects.close();
  rmSync(folder, { recursive: true, force: true });
});

function git(args: readonly string[], input: string | Buffer = ''): string {
  const { status, stdout, stderr } = spawnSync('git', [...args], { env: program.env, input });
  assert.equal(status, 0, stderr.toString());
  return stdout.toString();
}
git(['init', '--quiet', '--bare', folder]);

/** A path may be a file in one commit and a folder in another, a link, or a submodule. */
const paths = [
  'agents/a',
  'agents/a/b',
  'agents/a.b',
  'agents/a/ü',
  'agents/z/0/1',
  'agents',
  'other/a',
];
const modes = ['100644', '100755', '120000', '160000'];
type File = { readonly path: string; readonly mode: string; readonly text: string };
const commits = fc.uniqueArray(
  fc.record<File>({
    path: fc.constantFrom(...paths),
    mode: fc.constantFrom(...modes),
    text: fc.constantFrom('one', 'two'),
  }),
  { selector: ({ path }) => path, maxLength: 6 },
);

let commitsMade = 0;

/** Of two paths of which one is below the other, the later one stays. */
function commitOf(files: readonly File[]): string {
  commitsMade += 1;
  const reference = `refs/heads/c${commitsMade}`;
  const lines = files.map(({ path, mode, text }) =>
    mode === '160000'
      ? `M ${mode} ${'1'.repeat(40)} ${path}\n`
      : `M ${mode} inline ${path}\ndata ${text.length}\n${text}\n`,
  );
  const head = `commit ${reference}\nmark :1\ncommitter A <a@example.com> ${commitsMade} +0000\ndata 1\nc\n`;
  const text = `${head}${lines.join('')}\nget-mark :1\n`;
  return git(['fast-import', '--quiet', '--force'], text).trim();
}

/** The oid distinguishes what is no plain file from one. */
function heldAt(mode: string, oid: string): string {
  return mode.startsWith('10') ? oid : notPlainFile.oid;
}

const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
const runs = { seed: 20261124, numRuns: 40 };

describe('the trees of a commit', () => {
  it('have the files that git lists, below any folder', () =>
    fc.assert(
      fc.asyncProperty(commits, async (files) => {
        const commit = commitOf(files);
        for (const path of ['', 'agents', 'agents/a', 'none']) {
          const only = path === '' ? [] : ['--', `${path}/`];
          const said = git(['ls-tree', '-r', '-z', '--full-tree', commit, ...only]).split('\0');
          const wanted = said.flatMap((line) => {
            const [, mode = '', oid, name] = /^(\d+) \w+ (\w+)\t(.*)$/.exec(line) ?? [];
            return oid === undefined || name === undefined
              ? []
              : [{ path: name, oid: heldAt(mode, oid) }];
          });
          const found = await filesBelow(createTrees(objects), { commit, path });
          // Git shows a submodule in the place of the folder.
          const inside = wanted.filter(
            ({ path: one }) => path === '' || one.startsWith(`${path}/`),
          );
          assert.deepEqual(found, inside.sort(byPath));
        }
      }),
      runs,
    ));

  it('differ where git’s comparison does', () =>
    fc.assert(
      fc.asyncProperty(commits, commits, async (before, now) => {
        const [old, commit] = [commitOf(before), commitOf(now)];
        const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', old, commit];
        const tokens = git([...args, '--', 'agents/']).split('\0');
        const wanted = new Map<string, string | null>();
        for (let place = 0; place + 1 < tokens.length; place += 2) {
          const [, mode = '', , oid = ''] = (tokens[place] ?? '').slice(1).split(' ');
          const name = tokens[place + 1] ?? '';
          // `agents/` is itself what git compares where it is no folder.
          if (!name.startsWith('agents/')) continue;
          const text = mode === '000000' ? null : heldAt(mode, oid);
          // Where a file has become a folder or the other way around, git lists both.
          if (text !== null || !wanted.has(name)) wanted.set(name, text);
        }
        const found = await changesBelow(createTrees(objects), old, { commit, path: 'agents' });
        const listed = [...wanted].map(([path, oid]) => ({ path, oid })).sort(byPath);
        assert.deepEqual(found, listed);
      }),
      runs,
    ));

  it('have the folders of old programs, which wrote their modes with a leading zero', async () => {
    const made = (entries: readonly (readonly [head: string, oid: string])[]) => {
      const parts = entries.flatMap(([head, oid]) => [
        Buffer.from(`${head}\0`),
        Buffer.from(oid, 'hex'),
      ]);
      const args = ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'];
      return git(args, Buffer.concat(parts)).trim();
    };
    const blob = git(['hash-object', '-w', '--stdin'], 'one').trim();
    const inner = made([['100644 b.yaml', blob]]);
    const person = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
    const commit = git([
      ...person,
      'commit-tree',
      '-m',
      'c',
      made([['040000 agents', made([['040000 a', inner]])]]),
    ]).trim();
    assert.match(git(['ls-tree', '-r', commit]), /agents\/a\/b\.yaml/);
    const [trees, wanted] = [createTrees(objects), [{ path: 'agents/a/b.yaml', oid: blob }]];
    assert.deepEqual(await filesBelow(trees, { commit, path: 'agents' }), wanted);
    assert.deepEqual(await changesBelow(trees, commitOf([]), { commit, path: 'agents' }), wanted);
    assert.equal(await trees.find(commit, 'agents/a/b.yaml'), blob);
  });

  it('are not compared with a missing commit', () =>
    assert.rejects(
      changesBelow(createTrees(objects), '0'.repeat(40), { commit: commitOf([]), path: 'agents' }),
      (error) => isFailure(error, 'UnexpectedAnswer'),
    ));

  it('are not read where both sides have the same one', async () => {
    const file = (path: string, text: string) => ({ path, mode: '100644', text });
    const old = commitOf([file('agents/a/b', 'one'), file('agents/z/0/1', 'one')]);
    const now = commitOf([file('agents/a/b', 'one'), file('agents/z/0/1', 'two')]);
    const read: string[] = [];
    const counting = {
      read: (revision: string) => {
        read.push(revision);
        return objects.read(revision);
      },
      close: () => {},
    };
    await changesBelow(createTrees(counting), old, { commit: now, path: 'agents' });
    // A root, `agents`, `agents/z` and `agents/z/0` on either side; `agents/a` on none.
    assert.equal(read.length, 8);
  });
});
