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
/** What UTF-8 takes at most for each unit of a text's length. */
const bytesPerUnit = 3;

export async function writeFrames(file: string, values: Iterable<unknown>): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  const handle = await open(draft, 'w');
  try {
    // One block for all: many would lie about until the collector of garbage comes by.
    let block = Buffer.allocUnsafeSlow(blockBytes);
    let used = 0;
    const flush = async () => {
      await handle.appendFile(block.subarray(0, used));
      used = 0;
    };
    for (const value of values) {
      const text = JSON.stringify(value);
      const most = headBytes + text.length * bytesPerUnit;
      if (used + most > block.length) await flush();
      if (most > block.length) block = Buffer.allocUnsafeSlow(most);
      used += putFrame(block, used, text);
    }
    if (used + headBytes > block.length) await flush();
    block.fill(0, used, used + headBytes);
    used += headBytes;
    await flush();
    await handle.close();
    await rename(draft, file);
  } catch (thrown) {
    await handle.close().catch(() => {});
    await rm(draft, { force: true });
    throw thrown;
  }
}

function putFrame(block: Buffer, at: number, text: string): number {
  const length = block.write(text, at + headBytes);
  block.writeUInt32LE(length, at);
  block.writeUInt32LE(crc32(block.subarray(at + headBytes, at + headBytes + length)), at + 4);
  return headBytes + length;
}

/** Throws where the file is missing, damaged, or ends early. */
export async function* readFrames(file: string): AsyncIterable<unknown> {
  const handle = await open(file, 'r');
  try {
    // One block here too: a frame is parsed before the next one takes its place.
    let block = Buffer.allocUnsafeSlow(blockBytes);
    let start = 0;
    let end = 0;
    const have = async (wanted: number): Promise<void> => {
      if (end - start >= wanted) return;
      const room = wanted > block.length ? Buffer.allocUnsafeSlow(wanted) : block;
      block.copy(room, 0, start, end);
      [block, start, end] = [room, 0, end - start];
      while (end < wanted) {
        const { bytesRead } = await handle.read(block, end, block.length - end);
        if (bytesRead === 0) throw damaged(file);
        end += bytesRead;
      }
    };
    for (;;) {
      await have(headBytes);
      const length = block.readUInt32LE(start);
      if (length === 0) return;
      if (length > frameBytesMax) throw damaged(file);
      await have(headBytes + length);
      const body = block.subarray(start + headBytes, start + headBytes + length);
      if (crc32(body) !== block.readUInt32LE(start + 4)) throw damaged(file);
      start += headBytes + length;
      yield JSON.parse(body.toString(isAscii(body) ? 'latin1' : 'utf8'));
    }
  } finally {
    await handle.close();
  }
}

function damaged(file: string): Failure {
  return new Failure('UnexpectedAnswer', `${file} is damaged`);
}
