/**
 * A file of JSON values in frames, each with its length and its checksum, ended by an empty frame.
 * It is written and read frame by frame, so that a large file is never in memory as a whole, and
 * replaced as a whole, so that no reader sees a part of it.
 *
 * Each checksum continues the one before it, so that a missing frame is detected. The end frame
 * repeats it: zeros, which a power loss can leave on a disk, do not count as the end.
 */
import { isAscii } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { Failure } from '../../core/failure.ts';

/** Length and checksum, four bytes each. */
const headBytes = 8;
/** The value that the first checksum continues: anything but zero. */
const firstChecksum = crc32('frames of JSON');
const blockBytes = 1024 * 1024;
const frameBytesMax = 64 * 1024 * 1024;
/** The most bytes that UTF-8 needs for each UTF-16 unit of a text. */
const bytesPerUnit = 3;

export async function writeFrames(file: string, values: Iterable<unknown>): Promise<void> {
  // A random name: two containers that share a folder may have equal process ids.
  const draft = `${file}.${randomBytes(8).toString('hex')}.tmp`;
  const handle = await open(draft, 'w');
  try {
    // One block for all frames, which leaves less garbage than one for each.
    let block = Buffer.allocUnsafeSlow(blockBytes);
    let used = 0;
    let checksum = firstChecksum;
    const flush = async () => {
      await handle.appendFile(block.subarray(0, used));
      used = 0;
    };
    for (const value of values) {
      const text = JSON.stringify(value);
      const most = headBytes + text.length * bytesPerUnit;
      if (used + most > block.length) await flush();
      if (most > block.length) block = Buffer.allocUnsafeSlow(most);
      const length = block.write(text, used + headBytes);
      const body = block.subarray(used + headBytes, used + headBytes + length);
      checksum = crc32(body, checksum);
      putHead(block, used, { length, checksum });
      used += headBytes + length;
    }
    if (used + headBytes > block.length) await flush();
    putHead(block, used, { length: 0, checksum });
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

type Head = { readonly length: number; readonly checksum: number };

function putHead(block: Buffer, at: number, { length, checksum }: Head): void {
  block.writeUInt32LE(length, at);
  block.writeUInt32LE(checksum, at + 4);
}

/** Throws if the file is missing, damaged, or ends early. */
export async function* readFrames(file: string): AsyncIterable<unknown> {
  const handle = await open(file, 'r');
  try {
    // One block here too: a frame is parsed before the next one overwrites it.
    let block = Buffer.allocUnsafeSlow(blockBytes);
    let start = 0;
    let end = 0;
    let checksum = firstChecksum;
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
      if (length === 0 && block.readUInt32LE(start + 4) === checksum) return;
      if (length === 0 || length > frameBytesMax) throw damaged(file);
      await have(headBytes + length);
      const body = block.subarray(start + headBytes, start + headBytes + length);
      checksum = crc32(body, checksum);
      if (checksum !== block.readUInt32LE(start + 4)) throw damaged(file);
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
