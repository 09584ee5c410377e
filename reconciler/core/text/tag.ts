/** A tag of a document's content (ETag): the same for the same text. */
import { createHash } from 'node:crypto';

export function tagOf(text: string): string {
  const hash = createHash('sha256').update(text).digest('base64url');
  return `"${hash.slice(0, 22)}"`;
}
