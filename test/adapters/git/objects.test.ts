/** Trees and packs that are made in memory, compared with git's own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { createPackDraft } from '../../../reconciler/adapters/git/pack.ts';
import {
  entryOf,
  fileMode,
  folderMode,
  type TreeEntry,
  withEntry,
} from '../../../reconciler/adapters/git/trees.ts';

const folder = mkdtempSync(join(tmpdir(), 'aura-git-objects-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function git(args: readonly string[], input: string | Buffer = ''): string {
  const env = { PATH: process.env.PATH, GIT_DIR: folder, HOME: '/nonexistent' };
  const { status, stdout, stderr } = spawnSync('git', [...args], { env, input });
  assert.equal(status, 0, stderr.toString());
  return stdout.toString().trimEnd();
}
git(['init', '--quiet', '--bare', folder]);

const blob = git(['hash-object', '-w', '--stdin'], 'x');
const tree = git(['mktree'], '');

/** Names that git sorts otherwise than text: `a` the folder comes after `a.b` and before `a0`. */
const names = ['a', 'a.b', 'a-b', 'a0', 'ab', 'A', 'z', 'agt-000000000000.yaml', '0', '00'];
const edits = fc.array(
  fc.record({
    name: fc.constantFrom(...names),
    entry: fc.constantFrom<TreeEntry | null>(
      { mode: fileMode, oid: blob },
      { mode: folderMode, oid: tree },
      null,
    ),
  }),
  { maxLength: 20 },
);

describe('a tree', () => {
  it('is byte for byte what git makes of the same entries', () => {
    fc.assert(
      fc.property(edits, (all) => {
        const wanted = new Map<string, TreeEntry>();
        let made: Buffer = Buffer.of();
        for (const { name, entry } of all) {
          made = withEntry(made, name, entry);
          if (entry === null) wanted.delete(name);
          else wanted.set(name, entry);
        }
        const lines = [...wanted].map(([name, { mode, oid }]) => {
          const kind = mode === folderMode ? 'tree' : 'blob';
          return `${mode.padStart(6, '0')} ${kind} ${oid}\t${name}\n`;
        });
        assert.equal(createPackDraft().add('tree', made), git(['mktree'], lines.join('')));
        for (const name of names) assert.deepEqual(entryOf(made, name), wanted.get(name) ?? null);
      }),
      { seed: 20261122, numRuns: 60 },
    );
  });

  it('that is cut short is no tree', () => {
    const whole = withEntry(Buffer.of(), 'a', { mode: fileMode, oid: blob });
    for (let length = 1; length < whole.length; length += 1) {
      assert.throws(() => entryOf(whole.subarray(0, length), 'z'), { reason: 'UnexpectedAnswer' });
    }
  });
});

describe('a pack', () => {
  it('is what git reads: sizes around every length of a head', () => {
    const draft = createPackDraft();
    const sizes = [0, 1, 15, 16, 17, 127, 128, 2047, 2048, 2049, 70_000, 300_000];
    const contents = sizes.map((size) => Buffer.alloc(size, `${size} `));
    const oids = contents.map((content) => draft.add('blob', content));
    git(['index-pack', '--stdin', '--strict'], draft.finish());
    for (const [place, oid] of oids.entries()) {
      assert.equal(git(['cat-file', '-s', oid]), String(sizes[place]));
    }
    git(['fsck', '--strict']);
  });
});
