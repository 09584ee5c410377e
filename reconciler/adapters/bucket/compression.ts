/** Objects whose key ends in `.gz` are compressed in the bucket, and nowhere else. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const [zip, unzip] = [promisify(gzip), promisify(gunzip)];
const unpackedBytesMax = 64 * 1024 * 1024;
/** The fastest: the service compresses a few megabytes a minute. */
const level = 1;

export async function stored(key: string, content: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(key.endsWith('.gz') ? await zip(content, { level }) : content);
}

/** Empty for what is not compressed content, as after a write by something else. */
export async function unstored(key: string, content: Buffer): Promise<Buffer> {
  if (!key.endsWith('.gz')) return content;
  try {
    return await unzip(content, { maxOutputLength: unpackedBytesMax });
  } catch {
    return Buffer.of();
  }
}
