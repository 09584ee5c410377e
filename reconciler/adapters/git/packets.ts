/**
 * Packets of git's protocol: four hex digits of length, then as many bytes, the four included.
 * https://git-scm.com/docs/protocol-common#_pkt_line_format
 */
import { Failure } from '../../core/failure.ts';

type Packet = Buffer | 'flush' | 'delimiter';

export const flush = Buffer.from('0000');
export const delimiter = Buffer.from('0001');

export function packet(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
}

/** Throws `UnexpectedAnswer` if the body is not a sequence of packets, or ends within one. */
export function packetsIn(body: Buffer): readonly Packet[] {
  const packets: Packet[] = [];
  let offset = 0;
  while (offset < body.length) {
    const digits = body.toString('latin1', offset, offset + 4);
    const size = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : -1;
    if (size < 0 || size === 3 || offset + size > body.length) throw nonsense();
    if (size >= 4) packets.push(body.subarray(offset + 4, offset + size));
    else packets.push(size === 1 ? 'delimiter' : 'flush');
    offset += Math.max(size, 4);
  }
  return packets;
}

/** The packets as lines up to the flush packet; throws if it is missing. */
export function linesIn(body: Buffer): readonly string[] {
  const lines: string[] = [];
  for (const one of packetsIn(body)) {
    if (one === 'flush') return lines;
    if (one !== 'delimiter') lines.push(one.toString().trimEnd());
  }
  throw nonsense();
}

export function nonsense(): Failure {
  return new Failure('UnexpectedAnswer', 'the git server’s answer is malformed');
}
