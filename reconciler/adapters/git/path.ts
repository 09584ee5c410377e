/** Which paths and branch names are ours to read and write; others are refused, never repaired. */
import { Failure } from '../../core/failure.ts';

/** Relative, of letters that mean nothing to git or a file system. Throws `InvalidInput`. */
export function plainPath(path: string): string {
  const parts = path.split('/');
  const plain = parts.every((part) => /^[A-Za-z0-9_.-]{1,100}$/.test(part) && !isTrick(part));
  if (!plain || path.length > 300 || path.startsWith('-')) {
    throw new Failure('InvalidInput', `not a path of ours: ${JSON.stringify(path)}`);
  }
  return path;
}

function isTrick(part: string): boolean {
  return /^\.{1,2}$/.test(part) || /\.lock$/.test(part) || /^\.git$/i.test(part);
}
