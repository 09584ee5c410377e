/**
 * Reads the files of a checked-out agents repository, sorted by path, as the reconciler reads them:
 * the same names, the same bytes, and no text for what is not a plain file.
 */
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { FileKind } from '../../../core/agent/check-file.ts';
import { notPlainFile, textOfBytes } from '../../../core/agent/file-content.ts';
import { incidentsPath } from '../../../core/agent/incidents.ts';
import { silencesPath } from '../../../core/agent/silences.ts';
import { Failure } from '../../../core/failure.ts';

export type RepositoryFile = { readonly path: string; readonly kind: FileKind } & (
  | { readonly text: string }
  /** present or required, but not readable */
  | { readonly text: null; readonly why: string }
);

const folders = [
  ['agents', 'agent'],
  ['approvals', 'approval'],
  ['orphans', 'orphan'],
] as const;
const required = [
  ['catalog.yaml', 'catalog'],
  ['policy.yaml', 'policy'],
] as const;
const optional = [
  [silencesPath, 'silences'],
  [incidentsPath, 'incidents'],
] as const;

/** Throws `NotFound` if the folder is not that of an agents repository. */
export async function readRepository(root: string): Promise<readonly RepositoryFile[]> {
  const names = await namesIn(root);
  const known: readonly string[] = ['agents', ...required.map(([name]) => name)];
  if (!known.some((name) => names.has(name))) {
    throw new Failure(
      'NotFound',
      `${root} is not an agents repository: it has neither ${known.join(' nor ')}`,
    );
  }
  const single = [...required, ...optional.filter(([name]) => names.has(name))];
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
    throw new Failure('NotFound', `${root} is not a readable folder`, { cause });
  }
}

async function filesUnder(
  root: string,
  folder: string,
  kind: FileKind,
): Promise<readonly RepositoryFile[]> {
  const top = join(root, folder);
  const found = await lstat(top).catch(() => null);
  if (found === null) return [];
  if (!found.isDirectory()) return [{ path: folder, kind, text: notPlainFile.text }];
  const entries = await readdir(top, { recursive: true, withFileTypes: true });
  const files: RepositoryFile[] = [];
  for (const entry of entries) {
    const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (path.endsWith('.yml') && entry.isFile()) {
      files.push({ path, kind, text: null, why: 'is not read: its name has to end in .yaml' });
    } else if (path.endsWith('.yaml')) files.push(await fileAt(root, path, kind));
  }
  return files;
}

async function fileAt(root: string, path: string, kind: FileKind): Promise<RepositoryFile> {
  try {
    const place = join(root, path);
    const isPlain = (await lstat(place)).isFile();
    return { path, kind, text: isPlain ? textOfBytes(await readFile(place)) : notPlainFile.text };
  } catch (thrown) {
    if (!(thrown instanceof Error) || !('code' in thrown)) throw thrown;
    return { path, kind, text: null, why: whyNot(String(thrown.code)) };
  }
}

function whyNot(code: string): string {
  return code === 'ENOENT' ? 'is missing' : `cannot be read (${code})`;
}
