/**
 * Builds a pack of new objects in memory. A push sends it, and the mirror stores it with its index,
 * which costs no git process. https://git-scm.com/docs/pack-format
 */
import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import { type PackedObject, packIndex } from './pack-index.ts';

type ObjectType = 'commit' | 'tree' | 'blob';

export type PackDraft = {
  /** Returns the object's id; adding the same object again has no effect. */
  add(type: ObjectType, content: Buffer): string;
  /** The content of an object that was added. */
  get(oid: string): Buffer | null;
  /** Added objects of that type, by id. */
  all(type: ObjectType): ReadonlyMap<string, Buffer>;
  finish(): Pack;
};
export type Pack = { readonly content: Buffer; readonly index: Buffer };

const typeNumber: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3 };

export function createPackDraft(): PackDraft {
  const objects = new Map<string, { readonly type: ObjectType; readonly content: Buffer }>();
  return {
    add(type, content) {
      const oid = sha1(Buffer.from(`${type} ${content.length}\0`), content).toString('hex');
      if (!objects.has(oid)) objects.set(oid, { type, content });
      return oid;
    },
    get: (oid) => objects.get(oid)?.content ?? null,
    all(type) {
      const found = [...objects].filter(([, object]) => object.type === type);
      return new Map(found.map(([oid, { content }]) => [oid, content]));
    },
    finish() {
      const head = Buffer.alloc(12);
      head.write('PACK', 0, 'latin1');
      head.writeUInt32BE(2, 4);
      head.writeUInt32BE(objects.size, 8);
      const pieces: Buffer[] = [head];
      const packed: PackedObject[] = [];
      let offset = head.length;
      for (const [oid, { type, content }] of objects) {
        // Ids do not compress and texts are small: a higher level costs time and saves nothing.
        const body = deflateSync(content, { level: 1 });
        const bytes = Buffer.concat([objectHead(typeNumber[type], content.length), body]);
        pieces.push(bytes);
        packed.push({ oid, offset, crc32: crc32(bytes) });
        offset += bytes.length;
      }
      const sum = sha1(...pieces);
      return { content: Buffer.concat([...pieces, sum]), index: packIndex(packed, sum) };
    },
  };
}

/** Type and size, seven bits a byte after the first four. */
function objectHead(type: number, size: number): Buffer {
  const bytes: number[] = [];
  let byte = (type << 4) | (size & 15);
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(byte | 128);
    byte = rest & 127;
  }
  bytes.push(byte);
  return Buffer.from(bytes);
}

function sha1(...pieces: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha1');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}
