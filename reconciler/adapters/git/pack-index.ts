/** The index by which git finds the objects of a pack. https://git-scm.com/docs/pack-format */
import { createHash } from 'node:crypto';
import { Failure } from '../../core/failure.ts';

export type PackedObject = {
  readonly oid: string;
  /** bytes from the start of the pack */
  readonly offset: number;
  /** of its bytes in the pack */
  readonly crc32: number;
};

const magic = 0xff744f63;
const version = 2;
/** A larger offset needs a table of its own. */
const offsetMax = 2 ** 31 - 1;

/** @param packSum the last 20 bytes of the pack */
export function packIndex(objects: readonly PackedObject[], packSum: Buffer): Buffer {
  const sorted = objects.toSorted((a, b) => (a.oid < b.oid ? -1 : 1));
  if (sorted.some(({ offset }) => offset > offsetMax))
    throw new Failure('Bug', 'a pack of more than 2 GiB');
  const content = Buffer.concat([
    words([magic, version]),
    words(countsByFirstByte(sorted)),
    ...sorted.map(({ oid }) => Buffer.from(oid, 'hex')),
    words(sorted.map(({ crc32 }) => crc32)),
    words(sorted.map(({ offset }) => offset)),
    packSum,
  ]);
  return Buffer.concat([content, createHash('sha1').update(content).digest()]);
}

/** For each byte, how many ids begin with it or a lower one. */
function countsByFirstByte(objects: readonly PackedObject[]): readonly number[] {
  const counts = new Array<number>(256).fill(0);
  for (const { oid } of objects) {
    const first = Number.parseInt(oid.slice(0, 2), 16);
    counts[first] = (counts[first] ?? 0) + 1;
  }
  let sum = 0;
  return counts.map((count) => (sum += count));
}

function words(numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [index, number] of numbers.entries()) bytes.writeUInt32BE(number, 4 * index);
  return bytes;
}
