/** Checks paths and names of branches. Invalid ones are refused, never corrected. */
import { Failure } from '../../core/failure.ts';

/** A relative path without characters that are special to git or a file system. */
export function plainPath(path: string): string {
  const parts = path.split('/');
  const plain = parts.every((part) => /^[A-Za-z0-9_.-]{1,100}$/.test(part) && !isTrick(part));
  if (!plain || path.length > 300 || path.startsWith('-')) throw notOurs(path);
  return path;
}

/**
 * Any path that git accepts, with spaces, quotes, letters of any language. Only a path that would
 * resolve to another place is refused. Throws `InvalidInput`.
 */
export function anyPath(path: string): string {
  const parts = path.split('/');
  const named = parts.every((part) => part !== '' && !/^(?:\.{1,2}|\.git)$/i.test(part));
  if (!named || path.includes('\0') || path.length > 4096) throw notOurs(path);
  return path;
}

/** The same for a file that we write: people can type its name, and file systems can store it. */
export function writtenPath(path: string): string {
  const tooLong = path.split('/').some((part) => Buffer.byteLength(part) > nameBytesMax);
  if (tooLong || /\p{Control}/u.test(path) || path.startsWith('-')) throw notOurs(path);
  return anyPath(path);
}
const nameBytesMax = 255;

function notOurs(path: string): Failure {
  return new Failure('InvalidInput', `invalid path: ${JSON.stringify(path.slice(0, 400))}`);
}

function isTrick(part: string): boolean {
  return /^\.{1,2}$/.test(part) || /\.lock$/.test(part) || /^\.git$/i.test(part);
}
