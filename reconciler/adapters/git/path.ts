/** Which paths and names of branches are read and written; others are refused, never repaired. */
import { Failure } from '../../core/failure.ts';

/** Relative, of letters that mean nothing to git or a file system. Throws `InvalidInput`. */
export function plainPath(path: string): string {
  const parts = path.split('/');
  const plain = parts.every((part) => /^[A-Za-z0-9_.-]{1,100}$/.test(part) && !isTrick(part));
  if (!plain || path.length > 300 || path.startsWith('-')) throw notOurs(path);
  return path;
}

/**
 * What others may call a file, and git takes: blanks, quotes, letters of any language. Only what would
 * name another place than it says is refused. Throws `InvalidInput`.
 */
export function anyPath(path: string): string {
  const parts = path.split('/');
  const named = parts.every((part) => part !== '' && !/^(?:\.{1,2}|\.git)$/i.test(part));
  if (!named || path.includes('\0') || path.length > 4096) throw notOurs(path);
  return path;
}

/** The same for a file that we write: one that people can type and file systems can hold, too. */
export function writtenPath(path: string): string {
  const tooLong = path.split('/').some((part) => Buffer.byteLength(part) > nameBytesMax);
  if (tooLong || /\p{Control}/u.test(path) || path.startsWith('-')) throw notOurs(path);
  return anyPath(path);
}
const nameBytesMax = 255;

function notOurs(path: string): Failure {
  return new Failure('InvalidInput', `not a path of ours: ${JSON.stringify(path.slice(0, 400))}`);
}

function isTrick(part: string): boolean {
  return /^\.{1,2}$/.test(part) || /\.lock$/.test(part) || /^\.git$/i.test(part);
}
