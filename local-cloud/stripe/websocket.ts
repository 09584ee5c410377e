/**
 * The server's half of a web socket, as much of RFC 6455 as a session of text messages needs:
 * handshake, text frames (fragmented ones too), ping and pong, close. No extensions.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

export type WebSocketSession = {
  send(text: string): void;
  close(code: number): void;
};
type WebSocketHandlers = {
  message(text: string): void;
  /** once, for any cause */
  closed(): void;
};

const keySuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const messageBytesMax = 1_000_000;
const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const closeCodes = { protocolError: 1002, unsupported: 1003, tooBig: 1009 } as const;

/** Answers the upgrade; `protocols` are those that the server speaks, in its own order. */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  options: {
    readonly protocols: readonly string[];
    readonly handlers: WebSocketHandlers;
    /** bytes that followed the request */
    readonly head: Buffer;
  },
): WebSocketSession {
  const key = String(request.headers['sec-websocket-key'] ?? '');
  const accept = createHash('sha1').update(`${key}${keySuffix}`).digest('base64');
  const asked = String(request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
  const protocol = options.protocols.find((one) => asked.includes(one));
  socket.write(
    [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
      ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
      '\r\n',
    ].join('\r\n'),
  );
  if (options.head.length > 0) socket.unshift(options.head);
  return converse(socket, options.handlers);
}

function converse(socket: Duplex, handlers: WebSocketHandlers): WebSocketSession {
  let bytes = Buffer.alloc(0);
  let parts: Buffer[] = [];
  const close = (code: number) => {
    if (socket.writable) socket.end(frame(opcodes.close, closePayload(code)));
  };
  const take = ({ opcode, payload, isLast }: Frame): void => {
    switch (opcode) {
      case opcodes.ping:
        if (socket.writable) socket.write(frame(opcodes.pong, payload));
        return;
      case opcodes.pong:
        return;
      case opcodes.close:
        close(payload.length >= 2 ? payload.readUInt16BE(0) : 1000);
        return;
      case opcodes.text:
      case opcodes.continuation: {
        parts.push(payload);
        if (!isLast) return;
        const text = Buffer.concat(parts).toString();
        parts = [];
        handlers.message(text);
        return;
      }
      default:
        close(closeCodes.unsupported);
    }
  };
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let next = readFrame(bytes); next !== null; next = readFrame(bytes)) {
      if (typeof next === 'number') return close(next);
      bytes = bytes.subarray(next.length);
      take(next);
    }
  });
  socket.on('error', () => socket.destroy());
  socket.once('close', handlers.closed);
  return {
    send: (text) => {
      if (socket.writable) socket.write(frame(opcodes.text, Buffer.from(text)));
    },
    close,
  };
}

type Frame = {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Buffer;
  /** of the whole frame, in bytes */
  readonly length: number;
};

/** null where more bytes are needed; a close code for what a client must not send. */
function readFrame(bytes: Buffer): Frame | number | null {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return null;
  const isMasked = (second & 0x80) !== 0;
  if ((first & 0x70) !== 0 || !isMasked) return closeCodes.protocolError;
  const short = second & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + lengthBytes + 4;
  if (bytes.length < start) return null;
  const size =
    lengthBytes === 2
      ? bytes.readUInt16BE(2)
      : lengthBytes === 8
        ? Number(bytes.readBigUInt64BE(2))
        : short;
  if (size > messageBytesMax) return closeCodes.tooBig;
  if (bytes.length < start + size) return null;
  const mask = bytes.subarray(start - 4, start);
  const payload = Buffer.from(bytes.subarray(start, start + size));
  for (let index = 0; index < size; index += 1)
    payload[index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0);
  return { opcode: first & 0x0f, isLast: (first & 0x80) !== 0, payload, length: start + size };
}

function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  if (length < 126) head[1] = length;
  else if (length < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, payload]);
}

function closePayload(code: number): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return payload;
}
