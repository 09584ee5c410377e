/** The server's half of a web socket, by Node's own client and by bytes that no client sends. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { acceptWebSocket } from '../../../local-cloud/stripe/websocket.ts';
import { startStripe } from './stripe-world.ts';

describe('a web socket', () => {
  const server = createServer();
  let port = 0;
  before(async () => {
    server.on('upgrade', (request, socket, head) => {
      const session = acceptWebSocket(request, socket, {
        head,
        protocols: ['echo'],
        handlers: { message: (text) => session.send(text), closed: () => undefined },
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  after(() => server.close());

  it('carries texts of every length of frame, and is closed by a handshake', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, ['other', 'echo']);
    await once(socket, 'open');
    assert.equal(socket.protocol, 'echo');
    for (const text of ['', 'ä'.repeat(60), 'b'.repeat(1000), 'c'.repeat(70_000)]) {
      socket.send(text);
      const [message] = await once(socket, 'message');
      assert.equal(message.data, text);
    }
    socket.close(1000);
    const [closed] = await once(socket, 'close');
    assert.deepEqual([closed.code, closed.wasClean], [1000, true]);
  });

  const masked = (head: readonly number[], text: string) =>
    Buffer.from([...head, 0x80 | text.length, 0, 0, 0, 0, ...Buffer.from(text)]);
  async function answerTo(...frames: readonly Buffer[]): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // Byte by byte: a frame may arrive in any number of pieces.
    for (const byte of Buffer.concat(frames)) socket.write(Buffer.from([byte]));
    await once(socket, 'end');
    socket.destroy();
    const [, body = ''] = Buffer.concat(chunks).toString('latin1').split('\r\n\r\n');
    return Buffer.from(body, 'latin1').toString('hex');
  }

  it('puts fragments together around a ping', async () => {
    const close = masked([0x88], '');
    const answer = await answerTo(
      masked([0x01], 'ab'),
      masked([0x89], 'p'),
      masked([0x80], 'c'),
      close,
    );
    assert.equal(answer, '8a01708103616263880203e8');
  });

  it('refuses what is not masked, extended or too big', async () => {
    assert.equal(await answerTo(Buffer.from([0x81, 0x01, 0x61])), '880203ea');
    assert.equal(await answerTo(masked([0xc1], 'a')), '880203ea');
    const huge = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0xff, 0, 0, 0, 0, 0, 0, 0]);
    assert.equal(await answerTo(huge), '880203f1');
  });

  it('of an unknown listening session is refused in the words that the CLI expects', async () => {
    const stripe = await startStripe();
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(stripe.url).port), '127.0.0.1');
      let text = '';
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      socket.once('end', () => resolve(text));
      socket.write(
        'GET /v1/stripecli/subscribe/absent HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      );
    });
    await stripe.close();
    assert.match(answer, /^HTTP\/1.1 400 [\s\S]*Unknown WebSocket ID\./);
  });
});
