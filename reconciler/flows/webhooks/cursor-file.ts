/** The cursor of one endpoint as an object of the bucket, written only as it was read. */
import { Failure } from '../../core/failure.ts';
import { type Cursor, parseCursor } from '../../core/webhooks/cursor.ts';
import type { Archive } from '../../ports/archive.ts';

export type CursorFile = {
  /** null if there is none yet */
  read(): Promise<Cursor | null>;
  /** False where another process wrote it since it was read: then it has to be read again. */
  save(cursor: Cursor): Promise<boolean>;
};

export function createCursorFile(
  archive: Pick<Archive, 'getTagged' | 'putIf'>,
  key: string,
): CursorFile {
  let tag: string | null = null;
  return {
    async read() {
      const found = await archive.getTagged(key);
      tag = found?.tag ?? null;
      if (found === null) return null;
      const cursor = parseCursor(found.content.toString());
      // Without it nothing is known of what was sent: to begin anew is for a person to decide.
      if (cursor === null) throw new Failure('InvalidInput', `${key} cannot be read`);
      return cursor;
    },
    async save(cursor) {
      const content = Buffer.from(JSON.stringify(cursor));
      await archive.putIf(key, content, tag);
      // Read again in any case: of a write whose answer is lost, a second one says that it failed.
      const found = await archive.getTagged(key);
      if (found === null || !found.content.equals(content)) return false;
      tag = found.tag;
      return true;
    },
  };
}
