/** A listener on this computer, as the service is for hosts: heartbeats, as they were sent. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseAgentId } from '../../reconciler/core/agent/agent.ts';
import { type Heartbeat, parseHeartbeat } from '../../reconciler/core/heartbeats/heartbeat.ts';
import { isSignedByHost } from '../../reconciler/core/heartbeats/host-key.ts';

type Received = {
  readonly agent: string;
  readonly sentAt: number;
  /** by the key that is derived from the secret for revision 1 */
  readonly isSigned: boolean;
  readonly beat: Heartbeat | null;
};

export type HeartbeatListener = {
  readonly url: string;
  readonly received: readonly Received[];
  close(): void;
};

export async function listenForHeartbeats(
  host: string,
  secret: string,
): Promise<HeartbeatListener> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      const sentAt = String(request.headers['aura-sent-at']);
      const signature = Buffer.from(String(request.headers['aura-signature']), 'hex');
      const name = /^\/v1\/agents\/([^/]+)\/heartbeat$/.exec(request.url ?? '')?.[1] ?? '';
      const agent = parseAgentId(name);
      const isSigned =
        agent !== null && isSignedByHost([secret], 1, signature, { agent, sentAt, body });
      received.push({ agent: name, sentAt: Number(sentAt), isSigned, beat: parseHeartbeat(body) });
      response.writeHead(204).end();
    });
  }).listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://${host}:${port}`, received, close: () => void server.close() };
}
