/** The files of a checked-out agents repository that the reconciler reads, sorted by path. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Failure } from '../../core/failure.ts';

export type FileKind = 'agent' | 'approval' | 'catalog' | 'orphan' | 'policy';
export type RepositoryFile = { readonly path: string; readonly kind: FileKind } & (
  | { readonly text: string }
  /** there, or asked for, and not to be read */
  | { readonly text: null; readonly why: string }
);

const folders = [
  ['agents', 'agent'],
  ['approvals', 'approval'],
  ['orphans', 'orphan'],
] as const;
const single = [
  ['catalog.yaml', 'catalog'],
  ['policy.yaml', 'policy'],
] as const;

/** Throws `NotFound` where the folder is none of an agents repository. */
export async function readRepository(root: string): Promise<readonly RepositoryFile[]> {
  const names = await namesIn(root);
  const known: readonly string[] = ['agents', ...single.map(([name]) => name)];
  if (!known.some((name) => names.has(name))) {
    throw new Failure(
      'NotFound',
      `${root} is no agents repository: it has neither ${known.join(' nor ')}`,
    );
  }
  const files = [
    ...(await Promise.all(single.map(([name, kind]) => fileAt(root, name, kind)))),
    ...(await Promise.all(folders.map(([name, kind]) => filesUnder(root, name, kind)))).flat(),
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function namesIn(root: string): Promise<ReadonlySet<string>> {
  try {
    return new Set(await readdir(root));
  } catch (cause) {
    throw new Failure('NotFound', `${root} is no folder that can be read`, { cause });
  }
}

async function filesUnder(
  root: string,
  folder: string,
  kind: FileKind,
): Promise<readonly RepositoryFile[]> {
  const top = join(root, folder);
  if (!(await stat(top).catch(() => null))?.isDirectory()) return [];
  const entries = await readdir(top, { recursive: true, withFileTypes: true });
  const files: RepositoryFile[] = [];
  for (const entry of entries) {
    if (entry.isDirectory() || entry.name.startsWith('.')) continue;
    const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (path.endsWith('.yml')) {
      files.push({ path, kind, text: null, why: 'is not read: its name has to end in .yaml' });
    } else if (path.endsWith('.yaml')) {
      files.push(
        entry.isFile()
          ? await fileAt(root, path, kind)
          : { path, kind, text: null, why: 'is a link: only plain files are read' },
      );
    }
  }
  return files;
}

async function fileAt(root: string, path: string, kind: FileKind): Promise<RepositoryFile> {
  try {
    const bytes = await readFile(join(root, path));
    return { path, kind, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (thrown) {
    if (!(thrown instanceof Error) || !('code' in thrown)) throw thrown;
    return { path, kind, text: null, why: whyNot(String(thrown.code)) };
  }
}

function whyNot(code: string): string {
  if (code === 'ENOENT') return 'is missing';
  return code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'is not UTF-8' : `cannot be read (${code})`;
}
