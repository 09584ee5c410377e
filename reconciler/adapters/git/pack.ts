/**
 * New objects as one pack, made in memory: what a push sends, and what the mirror keeps of it with
 * an index beside. Nothing is written until the server has taken the pack.
 */
import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

type ObjectType = 'commit' | 'tree' | 'blob';

export type PackDraft = {
  /** Resolves with the object's id; one that is in already is not taken twice. */
  add(type: ObjectType, content: Buffer): string;
  /** The content of an object that was added. */
  get(oid: string): Buffer | null;
  /** Added objects of that type, by id. */
  all(type: ObjectType): ReadonlyMap<string, Buffer>;
  finish(): Pack;
};
export type Pack = {
  /** 40 hex digits: the checksum at the pack's end, after which its files are called */
  readonly name: string;
  readonly bytes: Buffer;
  /** version 2: https://git-scm.com/docs/pack-format#_version_2_pack_idx_files_support */
  readonly index: Buffer;
};

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
      const pieces = [head];
      const entries: Entry[] = [];
      let offset = head.length;
      for (const [oid, { type, content }] of objects) {
        // Ids do not compress and texts are small: more effort would cost time and save nothing.
        const body = deflateSync(content, { level: 1 });
        const packed = Buffer.concat([objectHead(typeNumber[type], content.length), body]);
        pieces.push(packed);
        entries.push({ oid: Buffer.from(oid, 'hex'), crc: crc32(packed), offset });
        offset += packed.length;
      }
      const checksum = sha1(...pieces);
      const bytes = Buffer.concat([...pieces, checksum]);
      return { name: checksum.toString('hex'), bytes, index: indexOf(entries, checksum) };
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

type Entry = { readonly oid: Buffer; readonly crc: number; readonly offset: number };

function indexOf(entries: readonly Entry[], packChecksum: Buffer): Buffer {
  const sorted = [...entries].sort((a, b) => Buffer.compare(a.oid, b.oid));
  const fanout = Buffer.alloc(256 * 4);
  let next = 0;
  for (let first = 0; first < 256; first += 1) {
    while ((sorted[next]?.oid[0] ?? 256) <= first) next += 1;
    fanout.writeUInt32BE(next, first * 4);
  }
  const numbers = (of: (entry: Entry) => number) => {
    const bytes = Buffer.alloc(sorted.length * 4);
    for (const [place, entry] of sorted.entries()) bytes.writeUInt32BE(of(entry), place * 4);
    return bytes;
  };
  const pieces = [
    Buffer.from([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2]),
    fanout,
    ...sorted.map(({ oid }) => oid),
    numbers(({ crc }) => crc),
    numbers(({ offset }) => offset),
    packChecksum,
  ];
  return Buffer.concat([...pieces, sha1(...pieces)]);
}

function sha1(...pieces: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha1');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}
