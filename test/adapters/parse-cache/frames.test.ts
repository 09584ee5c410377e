/** A file of frames is used completely or not at all, however it was damaged. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { readFrames, writeFrames } from '../../../reconciler/adapters/parse-cache/frames.ts';
import { isFailure } from '../../../reconciler/core/failure.ts';

describe('a file of frames', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aura-frames-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const values = [{ head: 1 }, ['a', 'ü'], ['b'], { last: true }];
  async function written(name: string, what: Iterable<unknown> = values): Promise<string> {
    const file = join(folder, name);
    await writeFrames(file, what);
    return file;
  }
  async function read(file: string): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    for await (const value of readFrames(file)) found.push(value);
    return found;
  }
  async function refusedWith(bytes: Uint8Array, what: string): Promise<void> {
    const file = join(folder, 'damaged');
    await writeFile(file, bytes);
    await assert.rejects(
      read(file),
      (thrown) => isFailure(thrown, 'UnexpectedAnswer'),
      `${what} is trusted`,
    );
  }

  test('returns what was written', async () => {
    assert.deepEqual(await read(await written('whole')), values);
    assert.deepEqual(await read(await written('empty', [])), []);
  });

  test('is not trusted where it is cut at any byte', async () => {
    const whole = await readFile(await written('cut'));
    for (let bytes = 0; bytes < whole.length; bytes += 1)
      await refusedWith(whole.subarray(0, bytes), `cut after ${bytes} bytes`);
  });

  test('nor where it is zeros from any byte on, as after a power loss', async () => {
    const whole = await readFile(await written('zeros'));
    const lastByte = whole.findLastIndex((byte) => byte !== 0);
    for (let bytes = 0; bytes <= lastByte; bytes += 1)
      await refusedWith(Buffer.concat([whole.subarray(0, bytes), Buffer.alloc(4096)]), `${bytes}`);
  });

  test('nor with any changed byte', async () => {
    const whole = await readFile(await written('bytes'));
    const damage = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(damage, async ([place, change]) => {
        const bytes = Buffer.from(whole);
        bytes[place] = (bytes[place] ?? 0) ^ change;
        await refusedWith(bytes, `byte ${place} ^ ${change}`);
      }),
      { seed: 20261124, numRuns: 300 },
    );
  });

  test('nor with missing or reordered frames', async () => {
    const whole = await readFile(await written('order'));
    const ends: number[] = [];
    for (let at = 0; whole.readUInt32LE(at) > 0; at += 8 + whole.readUInt32LE(at)) ends.push(at);
    ends.push(whole.length - 8);
    const frames = ends.map((start, n) => whole.subarray(start, ends[n + 1] ?? whole.length));
    assert.equal(frames.length, 5);
    for (let place = 0; place < 4; place += 1)
      await refusedWith(Buffer.concat(frames.toSpliced(place, 1)), `without frame ${place}`);
    const [one, two, ...rest] = frames;
    assert.ok(one !== undefined && two !== undefined);
    await refusedWith(Buffer.concat([two, one, ...rest]), 'another order');
  });

  test('two writers at once leave the complete file of one, and nothing else', async () => {
    const file = join(folder, 'rivals', 'file');
    await mkdir(join(folder, 'rivals'));
    const large = (name: string, size: number) =>
      Array.from({ length: size }, (_, n) => [name, n, 'x'.repeat(40_000)]);
    const [long, short] = [large('long', 120), large('short', 20)];
    await Promise.all([writeFrames(file, long), writeFrames(file, short)]);
    const found = await read(file);
    assert.ok([long.length, short.length].includes(found.length), `${found.length} frames`);
    assert.deepEqual(found, found.length === long.length ? long : short);
    assert.deepEqual(await readdir(join(folder, 'rivals')), ['file']);
  });
});
