/**
 * Caches values parsed from a branch's files, each content parsed once, in memory and in a folder
 * that is kept between runs. A value belongs to a path and the oid of its content, so it cannot
 * become stale; a value that is damaged, or of another version of the program, is made again.
 *
 * Two files: `base` holds all values, and `delta` the differences since then, so that one changed
 * file does not rewrite everything. Both name their commit, at which not even the tree is listed.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import { readFrames, writeFrames } from './frames.ts';

type CacheOptions<Value> = CachePlace & {
  readonly name: string;
  /** of the repository, ending with a slash */
  readonly prefix: string;
  /** A value that JSON can hold. */
  readonly make: (file: {
    readonly path: string;
    readonly oid: string;
    readonly text: string;
  }) => Value;
};
export type CachePlace = {
  /** null keeps values in memory only */
  readonly folder: string | null;
  /** what values depend on beside the content: schema and program */
  readonly version: string;
};
type ParseCache<Value> = { at(snapshot: Snapshot): Promise<readonly Value[]> };

type Kept<Value> = { readonly oid: string; readonly value: Value };
type Values<Value> = ReadonlyMap<string, Kept<Value>>;
type State<Value> = {
  readonly commit: string;
  /** in the order of their paths */
  readonly values: Values<Value>;
  /** the name of the base file that they extend; empty before there is one */
  readonly base: string;
  /** paths at which they differ from it */
  readonly changed: ReadonlySet<string>;
};

/** Few, so that the garbage collector frees the texts before it promotes them. */
const readsAtOnce = 25;
/** Few, so that the text of a frame is a small object for the garbage collector. */
const valuesPerFrame = 64;
/** Above this share of changed values the base is rewritten. */
const changedShareMax = 0.1;

/** Values in the order of their paths. */
export function createParseCache<Value>(options: CacheOptions<Value>): ParseCache<Value> {
  let state: State<Value> | null = null;
  let reading: Promise<unknown> = Promise.resolve();

  async function at(snapshot: Snapshot): Promise<readonly Value[]> {
    state ??= await load(options).catch(() => null);
    if (state?.commit !== snapshot.commit) {
      const next = await readAt(options, state, snapshot);
      // A failed write is ignored: the values are made again next time.
      state = await save(options, next).catch(() => next);
    }
    return Array.from(state.values.values(), ({ value }) => value);
  }

  return {
    // In sequence: two concurrent calls would parse everything twice.
    at(snapshot) {
      const result = reading.then(() => at(snapshot));
      reading = result.catch(() => {});
      return result;
    },
  };
}

async function readAt<Value>(
  options: CacheOptions<Value>,
  before: State<Value> | null,
  snapshot: Snapshot,
): Promise<State<Value>> {
  const values = new Map(before?.values);
  const changed = new Set(before?.changed);
  const unknown: FileEntry[] = [];
  for (const { path, oid } of await entriesOf(options.prefix, before, snapshot)) {
    if (oid === null) {
      if (values.delete(path)) changed.add(path);
    } else if (values.get(path)?.oid !== oid) unknown.push({ path, oid });
  }
  for (let from = 0; from < unknown.length; from += readsAtOnce) {
    const some = unknown.slice(from, from + readsAtOnce);
    for (const [path, kept] of await makeSome(options, snapshot, some)) {
      values.set(path, kept);
      changed.add(path);
    }
  }
  const base = before?.base ?? '';
  return { commit: snapshot.commit, values: inOrder(values), base, changed };
}

type FileEntry = { readonly path: string; readonly oid: string };
/** Null in place of an oid: the file is gone. */
type Change = { readonly path: string; readonly oid: string | null };

/** The differences from `before`, if git can list them; else all files, and those that are gone. */
async function entriesOf<Value>(
  prefix: string,
  before: State<Value> | null,
  snapshot: Snapshot,
): Promise<readonly Change[]> {
  const isYaml = ({ path }: Change) => path.endsWith('.yaml');
  const changes = before === null ? null : await snapshot.changesSince(before.commit, prefix);
  if (changes !== null) return changes.filter(isYaml);
  const listed = (await snapshot.list(prefix)).filter(isYaml);
  if (before === null) return listed;
  const there = new Set(listed.map(({ path }) => path));
  const gone = [...before.values.keys()].filter((path) => !there.has(path));
  return [...listed, ...gone.map((path) => ({ path, oid: null }))];
}

/** Sorts the values by path; they nearly always are in order already. */
function inOrder<Value>(values: Values<Value>): Values<Value> {
  let last = '';
  for (const path of values.keys()) {
    if (path < last) return new Map([...values].sort(([a], [b]) => (a < b ? -1 : 1)));
    last = path;
  }
  return values;
}

type Made<Value> = readonly (readonly [path: string, kept: Kept<Value>])[];

async function makeSome<Value>(
  { make }: CacheOptions<Value>,
  snapshot: Snapshot,
  some: readonly FileEntry[],
): Promise<Made<Value>> {
  const texts = await snapshot.readAll(some.map(({ oid }) => oid));
  const made: Made<Value> = some.map(({ path, oid }) => {
    const text = texts.get(oid);
    if (text === undefined)
      throw new Failure('UnexpectedAnswer', `git has no blob ${oid} of ${path}`);
    return [path, { oid, value: make({ path, oid, text }) }];
  });
  // A copy, because a part of a text keeps the whole text in memory.
  return JSON.parse(JSON.stringify(made)) as Made<Value>;
}

// ---------------------------------------------------------------- the files

type Head = {
  readonly version: string;
  readonly commit: string;
  /** the name of the base that a delta extends, or of the base itself */
  readonly base: string;
};
/** Null in place of an oid: the file is gone. */
type Entry<Value> = readonly [path: string, oid: string | null, value?: Value];

function fileOf({ folder, name }: CachePlace & { name: string }, kind: 'base' | 'delta'): string {
  return join(folder ?? '', `${name}-${kind}`);
}

async function save<Value>(
  options: CacheOptions<Value>,
  state: State<Value>,
): Promise<State<Value>> {
  const { folder, version } = options;
  if (folder === null) return state;
  await mkdir(folder, { recursive: true });
  const { commit, values, changed } = state;
  if (state.base !== '' && changed.size <= values.size * changedShareMax) {
    const head: Head = { version, commit, base: state.base };
    await writeFrames(fileOf(options, 'delta'), framesOf(head, values, changed));
    return state;
  }
  const base = randomBytes(8).toString('hex');
  const frames = framesOf({ version, commit, base }, values, values.keys());
  await writeFrames(fileOf(options, 'base'), frames);
  // A delta that remains belongs to another base and is ignored.
  await rm(fileOf(options, 'delta'), { force: true });
  return { ...state, base, changed: new Set() };
}

function* framesOf<Value>(
  head: Head,
  values: Values<Value>,
  paths: Iterable<string>,
): Iterable<Head | readonly Entry<Value>[]> {
  yield head;
  let frame: Entry<Value>[] = [];
  for (const path of paths) {
    const kept = values.get(path);
    frame.push(kept === undefined ? [path, null] : [path, kept.oid, kept.value]);
    if (frame.length < valuesPerFrame) continue;
    yield frame;
    frame = [];
  }
  if (frame.length > 0) yield frame;
}

async function load<Value>(options: CacheOptions<Value>): Promise<State<Value> | null> {
  if (options.folder === null) return null;
  const values = new Map<string, Kept<Value>>();
  const base = await loadInto(options, 'base', (path, kept) => {
    if (kept !== null) values.set(path, kept);
  });
  if (base === null) return null;
  const changes = new Map<string, Kept<Value> | null>();
  // A delta that is missing, damaged or of another base is ignored.
  const delta = await loadInto(options, 'delta', (path, kept) => changes.set(path, kept)).catch(
    () => null,
  );
  const { commit } = base;
  if (delta?.base !== base.base) return { commit, values, base: base.base, changed: new Set() };
  for (const [path, kept] of changes) {
    if (kept === null) values.delete(path);
    else values.set(path, kept);
  }
  return {
    commit: delta.commit,
    // Paths from the delta are at the end.
    values: inOrder(values),
    base: base.base,
    changed: new Set(changes.keys()),
  };
}

async function loadInto<Value>(
  options: CacheOptions<Value>,
  kind: 'base' | 'delta',
  take: (path: string, kept: Kept<Value> | null) => void,
): Promise<Head | null> {
  let head: Head | null = null;
  for await (const frame of readFrames(fileOf(options, kind))) {
    if (head === null) {
      head = frame as Head;
      if (head.version !== options.version) return null;
      continue;
    }
    for (const [path, oid, value] of frame as readonly Entry<Value>[])
      take(path, oid === null || value === undefined ? null : { oid, value });
  }
  return head;
}
