/**
 * Sessions of `stripe listen`: the CLI asks for one, connects to its web socket, gets each event with
 * the headers to forward it with, and reports how its endpoint answered.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type Account, apiVersion } from './account.ts';
import { type Deliveries, deliveryHeaders, signature } from './deliveries.ts';
import { list, oneOf, text, unsettable } from './parameters.ts';
import type { Routes } from './routing.ts';
import { acceptWebSocket, type WebSocketSession } from './websocket.ts';

const socketPath = '/v1/stripecli/subscribe/';
const protocol = 'stripecli-devproxy-v1';
/** After this time the CLI opens a new socket, under the same id. */
const reconnectSeconds = 60;

type Session = { readonly id: string; socket: WebSocketSession | null };

export function registerListen(
  app: FastifyInstance,
  { account, post }: Routes,
  deliveries: Deliveries,
  secret: string,
): void {
  const sessions = new Map<string, Session>();
  const asked = {
    device_name: text,
    websocket_features: list(oneOf('webhooks', 'webhook_payloads', 'request_logs')),
    filters: unsettable(text),
    forward_to_url: text,
    forward_connect_to_url: text,
    forward_thin_to_url: text,
    forward_thin_connect_to_url: text,
  };
  post('/v1/stripecli/sessions', asked, () => {
    const session: Session = { id: account.newId('cliws'), socket: null };
    sessions.set(session.id, session);
    return {
      default_version: apiVersion,
      display_connect_filter_warning: false,
      latest_version: apiVersion,
      reconnect_delay: reconnectSeconds,
      secret,
      websocket_authorized_feature: 'webhooks',
      websocket_id: session.id,
      websocket_url: `${socketUrl(app)}${socketPath}${session.id}`,
    };
  });
  deliveries.listen((event, payload) => {
    for (const { id, socket } of sessions.values())
      socket?.send(JSON.stringify(messageOf(id, event.id, { payload, secret })));
  });
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    connect(sessions, { request, socket, head }, (message) => record(account, deliveries, message)),
  );
  app.addHook('preClose', async () => {
    for (const { socket } of sessions.values()) socket?.close(1001);
  });
}

function socketUrl(app: FastifyInstance): string {
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `ws://127.0.0.1:${port}`;
}

function messageOf(
  session: string,
  event: string,
  { payload, secret }: { readonly payload: string; readonly secret: string },
): object {
  return {
    endpoint: { api_version: null },
    event_payload: payload,
    http_headers: {
      'Content-Type': deliveryHeaders['content-type'],
      'User-Agent': deliveryHeaders['user-agent'],
      'Stripe-Signature': signature(payload, secret),
    },
    type: 'webhook_event',
    webhook_conversation_id: `wc_${session.slice(-16)}_${event.slice(-8)}`,
    webhook_id: `wh_${event.slice(4)}`,
  };
}

type Upgrade = {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
};

function connect(
  sessions: ReadonlyMap<string, Session>,
  { request, socket, head }: Upgrade,
  onMessage: (message: string) => void,
): void {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const session = path.startsWith(socketPath)
    ? sessions.get(path.slice(socketPath.length))
    : undefined;
  if (session === undefined || session.id !== request.headers['websocket-id']) {
    const body = '{"error":{"message":"Unknown WebSocket ID."}}';
    socket.on('error', () => socket.destroy());
    socket.end(
      `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
    return;
  }
  session.socket?.close(1000);
  const opened = acceptWebSocket(request, socket, {
    head,
    protocols: [protocol],
    handlers: {
      message: onMessage,
      closed: () => {
        if (session.socket === opened) session.socket = null;
      },
    },
  });
  session.socket = opened;
}

/** Logs the answer of the endpoint behind the CLI as a delivery. */
function record(account: Account, deliveries: Deliveries, text: string): void {
  const message = parsed(text);
  if (message?.['type'] !== 'webhook_response') return;
  const event = account.events.get(`evt_${String(message['webhook_id']).slice(3)}`);
  if (event === undefined) return;
  const status = message['status'];
  deliveries.record({
    event: event.id,
    type: event.type,
    url: String(message['forward_url']),
    status: typeof status === 'number' ? status : null,
  });
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
