/** Trees and packs that are made in memory, compared with git's own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { accessOf } from '../../../reconciler/adapters/git/access.ts';
import { createPackDraft } from '../../../reconciler/adapters/git/pack.ts';
import { createPackStore } from '../../../reconciler/adapters/git/pack-store.ts';
import { createGit } from '../../../reconciler/adapters/git/program.ts';
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

const blobOf = (text: string) => git(['hash-object', '--stdin'], text);
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
    const { content, index } = draft.finish();
    const [, sum] = git(['index-pack', '--stdin', '--strict'], content).split('\t');
    assert.deepEqual(index, readFileSync(join(folder, `objects/pack/pack-${sum}.idx`)));
    for (const [place, oid] of oids.entries()) {
      assert.equal(git(['cat-file', '-s', oid]), String(sizes[place]));
    }
    git(['fsck', '--strict']);
  });

  it('is stored with its index, and without a draft', async () => {
    const store = createPackStore(createGit(folder, accessOf({ url: 'http://x', token: null })));
    const draft = createPackDraft();
    const oids = Array.from({ length: 600 }, (_, n) => draft.add('blob', Buffer.from(`no ${n}`)));
    await store.store(draft.finish());
    for (const oid of oids.slice(0, 20)) assert.match(git(['cat-file', '-p', oid]), /^no /);
    const packed = readdirSync(join(folder, 'objects/pack')).sort();
    assert.deepEqual(
      packed.filter((name) => !/^pack-[0-9a-f]{40}\.(idx|pack)$/.test(name)),
      [],
    );
    for (const name of packed.filter((one) => one.endsWith('.idx')))
      git(['verify-pack', join(folder, 'objects/pack', name)]);
  });

  it('is repacked with others, so that few stay', async () => {
    const store = createPackStore(createGit(folder, accessOf({ url: 'http://x', token: null })));
    for (let n = 0; n < 50; n += 1) {
      const draft = createPackDraft();
      draft.add('blob', Buffer.from(`pushed ${n}`));
      await store.store(draft.finish());
    }
    const left = readdirSync(join(folder, 'objects/pack')).filter((one) => one.endsWith('.idx'));
    assert.ok(left.length < 10, `${left.length} packs`);
    assert.equal(git(['cat-file', '-p', blobOf('pushed 7')]), 'pushed 7');
  });
});
