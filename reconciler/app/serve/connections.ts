/**
 * Tracks which connections have a complete request in progress, and which wait: for the rest of a
 * request, for the next one, or for the first.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import {
  createWaiting,
  type WaitingConnections,
  type WaitingOptions,
} from './waiting-connections.ts';

export type Connections = Pick<WaitingConnections, 'endSilent'>;

export function limitConnections(app: FastifyInstance, options: WaitingOptions): Connections {
  const { wait, forget, begun, endSilent } = createWaiting(options);
  const underWay = new Map<Socket, number>();

  function begin({ socket }: IncomingMessage, response: ServerResponse): void {
    underWay.set(socket, (underWay.get(socket) ?? 0) + 1);
    forget(socket);
    response.once('close', () => {
      const left = (underWay.get(socket) ?? 1) - 1;
      if (left > 0) underWay.set(socket, left);
      else {
        underWay.delete(socket);
        wait(socket, true);
      }
    });
  }

  app.server.maxConnections = options.limits.connectionsMax;
  app.server.on('connection', (socket) => {
    wait(socket, false);
    socket.once('close', () => forget(socket));
  });
  app.server.on('request', (request, response) => {
    if (hasBody(request)) begun(request.socket);
    else begin(request, response);
  });
  app.addHook('preValidation', ({ raw }, reply, done) => {
    if (hasBody(raw)) begin(raw, reply.raw);
    done();
  });
  return { endSilent };
}

export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
