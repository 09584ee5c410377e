/**
 * A file of JSON values in frames, each with its length and its checksum, ended by an empty one:
 * written and read piece by piece, so that a large file never stands in memory whole, and replaced
 * as a whole, so that nobody reads half of it.
 */
import { isAscii } from 'node:buffer';
import { open, rename, rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { Failure } from '../core/failure.ts';

/** Length and checksum, four bytes each. */
const headBytes = 8;
const blockBytes = 1024 * 1024;
const frameBytesMax = 64 * 1024 * 1024;

export async function writeFrames(file: string, values: Iterable<unknown>): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  const handle = await open(draft, 'w');
  try {
    let waiting: Buffer[] = [];
    let bytes = 0;
    const put = async (frame: readonly Buffer[], now: boolean) => {
      waiting.push(...frame);
      for (const piece of frame) bytes += piece.length;
      if (!now && bytes < blockBytes) return;
      await handle.write(Buffer.concat(waiting));
      waiting = [];
      bytes = 0;
    };
    for (const value of values) {
      const body = Buffer.from(JSON.stringify(value));
      await put([headOf(body), body], false);
    }
    await put([Buffer.alloc(headBytes)], true);
    await handle.close();
    await rename(draft, file);
  } catch (thrown) {
    await handle.close().catch(() => {});
    await rm(draft, { force: true });
    throw thrown;
  }
}

function headOf(body: Buffer): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(body.length, 0);
  head.writeUInt32LE(crc32(body), 4);
  return head;
}

/** Throws where the file is missing, damaged, or ends early. */
export async function* readFrames(file: string): AsyncIterable<unknown> {
  const handle = await open(file, 'r');
  try {
    let bytes: Buffer = Buffer.alloc(0);
    const fill = async (wanted: number): Promise<void> => {
      while (bytes.length < wanted) {
        const block = Buffer.allocUnsafe(Math.max(blockBytes, wanted - bytes.length));
        const { bytesRead } = await handle.read(block, 0, block.length);
        if (bytesRead === 0) throw damaged(file);
        bytes = Buffer.concat([bytes, block.subarray(0, bytesRead)]);
      }
    };
    for (;;) {
      if (bytes.length < headBytes) await fill(headBytes);
      const length = bytes.readUInt32LE(0);
      if (length === 0) return;
      if (length > frameBytesMax) throw damaged(file);
      const end = headBytes + length;
      if (bytes.length < end) await fill(end);
      const body = bytes.subarray(headBytes, end);
      if (crc32(body) !== bytes.readUInt32LE(4)) throw damaged(file);
      yield JSON.parse(body.toString(isAscii(body) ? 'latin1' : 'utf8'));
      bytes = bytes.subarray(end);
    }
  } finally {
    await handle.close();
  }
}

function damaged(file: string): Failure {
  return new Failure('UnexpectedAnswer', `${file} is damaged`);
}
