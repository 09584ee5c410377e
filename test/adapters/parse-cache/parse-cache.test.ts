/** What is kept between runs: parsed once for each content, and again in case of doubt. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { createAgentFiles } from '../../../reconciler/adapters/parse-cache/agent-files.ts';
import { createParseCache } from '../../../reconciler/adapters/parse-cache/parse-cache.ts';
import { isFailure } from '../../../reconciler/core/failure.ts';
import type { Snapshot } from '../../../reconciler/ports/desired-state.ts';
import { oidOf } from '../../fakes/git.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aura-parse-cache-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;

/** Commits that git can compare others with; whether it can is up to the test. */
const known = new Map<string, Files>();
let compares = true;
beforeEach(() => {
  known.clear();
  compares = true;
});

/** A commit with these files; `lists` counts how often its tree was listed. */
function snapshotOf(files: Files): Snapshot & { lists: number } {
  const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  const commit = oidOf(JSON.stringify(entries));
  if (compares) known.set(commit, files);
  return {
    commit,
    lists: 0,
    async list(prefix) {
      this.lists += 1;
      return entries
        .filter(([path]) => path.startsWith(prefix))
        .map(([path, text]) => ({ path, oid: oidOf(text) }));
    },
    async changesSince(commit, prefix) {
      const before = known.get(commit);
      if (before === undefined) return null;
      const paths = new Set([...Object.keys(before), ...Object.keys(files)]);
      return [...paths]
        .filter((path) => path.startsWith(prefix) && before[path] !== files[path])
        .map((path) => ({ path, oid: files[path] === undefined ? null : oidOf(files[path]) }));
    },
    async read(path) {
      const text = files[path];
      return text === undefined ? null : { oid: oidOf(text), text };
    },
    async readAll(oids) {
      const texts = entries.map(([, text]) => [oidOf(text), text] as const);
      return new Map(texts.filter(([oid]) => oids.includes(oid)));
    },
  };
}

/** One process: what it parsed, in order. */
function process(options: { readonly version?: string } = {}) {
  const made: string[] = [];
  const cache = createParseCache({
    folder,
    name: 'files',
    prefix: 'agents/',
    version: options.version ?? '1',
    make({ path, text }) {
      made.push(path);
      return { path, words: text.split(' ') };
    },
  });
  const at = async (files: Files) => (await cache.at(snapshotOf(files))).map(({ path }) => path);
  return { cache, made, at };
}

/** So many that a few changed ones are no reason to write all of them. */
const many: Files = Object.fromEntries(
  Array.from({ length: 200 }, (_, n) => [`agents/${String(n).padStart(3, '0')}.yaml`, `text ${n}`]),
);
const [first = '', second = ''] = Object.keys(many);

describe('a parse cache', () => {
  test('parses each content once, in this run and in the next', async () => {
    const one = process();
    assert.deepEqual(await one.at(many), Object.keys(many));
    await one.at(many);
    assert.equal(one.made.length, 200);
    const next = process();
    assert.deepEqual(await next.at(many), Object.keys(many));
    assert.deepEqual(next.made, []);
  });

  test('returns in the next run what it returned in the first', async () => {
    const snapshot = snapshotOf(many);
    const values = await process().cache.at(snapshot);
    assert.deepEqual(await process().cache.at(snapshotOf(many)), values);
    assert.deepEqual(values[7], { path: 'agents/007.yaml', words: ['text', '7'] });
  });

  test('does not list the tree of the commit that it knows', async () => {
    await process().cache.at(snapshotOf(many));
    const again = snapshotOf(many);
    await process().cache.at(again);
    assert.equal(again.lists, 0);
  });

  for (const can of [true, false]) {
    test(`parses what is new or changed, drops the rest, ${can ? 'by comparing' : 'by listing'}`, async () => {
      compares = can;
      await process().at(many);
      const { [first]: _gone, ...rest } = many;
      const later: Files = { ...rest, [second]: 'another', 'agents/00a.yaml': 'new' };
      const run = process();
      const paths = Object.keys(later).sort();
      assert.deepEqual(await run.at(later), paths);
      assert.deepEqual(run.made.sort(), [second, 'agents/00a.yaml'].sort());
      const next = process();
      assert.deepEqual(await next.at(later), paths);
      assert.deepEqual(next.made, []);
      const latest: Files = { ...later, [second]: 'once more' };
      const last = process();
      await last.at(latest);
      assert.deepEqual(last.made, [second]);
      assert.deepEqual(
        await process().cache.at(snapshotOf(latest)),
        await last.cache.at(snapshotOf(latest)),
      );
    });
  }

  test('does not list the tree of another commit either, where git can compare them', async () => {
    await process().cache.at(snapshotOf(many));
    const later = snapshotOf({ ...many, [first]: 'another' });
    assert.equal((await process().cache.at(later)).length, 200);
    assert.equal(later.lists, 0);
  });

  test('a few changes do not write everything again', async () => {
    await process().at(many);
    const before = await readFile(join(folder, 'files-base'));
    await process().at({ ...many, [first]: 'another' });
    assert.deepEqual(await readFile(join(folder, 'files-base')), before);
    assert.deepEqual((await readdir(folder)).sort(), ['files-base', 'files-delta']);
  });

  test('many do, and leave no old file behind', async () => {
    await process().at(many);
    await process().at({ ...many, [first]: 'another' });
    const all = Object.fromEntries(Object.keys(many).map((path) => [path, `${path} again`]));
    await process().at(all);
    assert.deepEqual(await readdir(folder), ['files-base']);
    const next = process();
    await next.at(all);
    assert.deepEqual(next.made, []);
  });

  test('reads some texts at a time, however many files there are', async () => {
    const snapshot = snapshotOf(many);
    const asked: number[] = [];
    const { readAll } = snapshot;
    const counting: Snapshot = {
      ...snapshot,
      readAll(oids) {
        asked.push(oids.length);
        return readAll(oids);
      },
    };
    assert.equal((await process().cache.at(counting)).length, 200);
    assert.equal(
      asked.reduce((sum, count) => sum + count),
      200,
    );
    assert.ok(Math.max(...asked) <= 25);
  });

  test('keeps what is larger than a block, and every character', async () => {
    const large = '\u00e4\u20ac\u{1f600} '.repeat(200_000);
    const files: Files = { ...many, [first]: large, [second]: 'na\u00efve \ud83d' };
    const values = await process().cache.at(snapshotOf(files));
    const next = process();
    assert.deepEqual(await next.cache.at(snapshotOf(files)), values);
    assert.deepEqual(next.made, []);
    assert.equal(values[0]?.words.length, 200_001);
  });

  test('returns what a listing names in another order in the order of paths', async () => {
    const snapshot = snapshotOf(many);
    const backwards = (await snapshot.list('agents/')).toReversed();
    const paths = await process().cache.at({ ...snapshot, list: async () => backwards });
    assert.deepEqual(
      paths.map(({ path }) => path),
      Object.keys(many),
    );
  });

  test('two readings at once parse everything once', async () => {
    const one = process();
    await Promise.all([one.at(many), one.at(many)]);
    assert.equal(one.made.length, 200);
  });

  test('what another version wrote is parsed again', async () => {
    await process().at(many);
    const other = process({ version: '2' });
    await other.at(many);
    assert.equal(other.made.length, 200);
  });

  const damages: readonly (readonly [string, (file: string) => Promise<void>])[] = [
    ['a byte is another one', flipByte],
    ['its end is missing', (file) => truncate(file, 3000)],
    ['it is empty', (file) => truncate(file, 0)],
    ['it is something else', (file) => writeFile(file, '{"values": "yes"}\n')],
    ['it has a length that is none', (file) => writeFile(file, Buffer.alloc(100, 0xff))],
  ];
  for (const [what, damage] of damages) {
    test(`a base of which ${what} is parsed again, and right the next time`, async () => {
      await process().at(many);
      await damage(join(folder, 'files-base'));
      const run = process();
      assert.deepEqual(await run.at(many), Object.keys(many));
      assert.equal(run.made.length, 200);
      const next = process();
      await next.at(many);
      assert.deepEqual(next.made, []);
    });

    test(`a delta of which ${what} costs its content`, async () => {
      await process().at(many);
      const later = { ...many, [first]: 'another '.repeat(1000) };
      await process().at(later);
      await damage(join(folder, 'files-delta'));
      const run = process();
      await run.at(later);
      assert.deepEqual(run.made, [first]);
    });
  }

  test('a folder that cannot be written is no reason to fail', async () => {
    await writeFile(join(folder, 'file'), '');
    const cache = createParseCache({
      folder: join(folder, 'file', 'below'),
      name: 'files',
      prefix: 'agents/',
      version: '1',
      make: ({ path }) => path,
    });
    assert.equal((await cache.at(snapshotOf(many))).length, 200);
  });

  test('a blob that git does not have is reported', async () => {
    const snapshot = { ...snapshotOf(many), readAll: async () => new Map() };
    await assert.rejects(process().cache.at(snapshot), (thrown) =>
      isFailure(thrown, 'UnexpectedAnswer'),
    );
  });
});

async function flipByte(file: string): Promise<void> {
  const bytes = await readFile(file);
  const place = bytes.length - 100;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

describe('a single file', () => {
  const opened = (version = '1') => createAgentFiles({ folder, version });
  const made = async (version: string, oid: string) => {
    let times = 0;
    const value = await opened(version).once('policy', oid, () => {
      times += 1;
      return { oid };
    });
    return { times, value };
  };

  test('is parsed once for each content and version', async () => {
    assert.deepEqual(await made('1', 'a'), { times: 1, value: { oid: 'a' } });
    assert.deepEqual(await made('1', 'a'), { times: 0, value: { oid: 'a' } });
    assert.deepEqual(await made('1', 'b'), { times: 1, value: { oid: 'b' } });
    assert.deepEqual(await made('2', 'b'), { times: 1, value: { oid: 'b' } });
  });

  test('is parsed again where the cache is damaged', async () => {
    await made('1', 'a');
    await writeFile(join(folder, 'policy'), '{"version":"1","oid":"a"');
    assert.equal((await made('1', 'a')).times, 1);
  });
});
