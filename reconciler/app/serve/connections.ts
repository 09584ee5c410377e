/**
 * Tracks which connections have a complete request in progress, and which wait: for the rest of a
 * request, for the next one, or for the first.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import {
  type Connection,
  createWaiting,
  type WaitingConnections,
  type WaitingOptions,
} from './waiting-connections.ts';

export type Connections = Pick<WaitingConnections, 'endSilent'>;

export function limitConnections(app: FastifyInstance, options: WaitingOptions): Connections {
  const { accept, wait, forget, leave, endSilent } = createWaiting(options);
  const accepted = new Map<Socket, Known>();

  function begin({ socket }: IncomingMessage, response: ServerResponse): void {
    const known = accepted.get(socket);
    if (known === undefined) return;
    known.connection.underWay += 1;
    forget(known.connection);
    response.on('close', known.answered);
  }

  function know(socket: Socket): Known {
    const connection = accept(socket);
    const answered = () => {
      connection.underWay -= 1;
      if (connection.underWay === 0) wait(connection, true);
    };
    return { connection, answered };
  }

  app.server.maxConnections = options.limits.connectionsMax;
  app.server.on('connection', (socket) => {
    const known = know(socket);
    accepted.set(socket, known);
    socket.once('close', () => {
      accepted.delete(socket);
      leave(known.connection);
    });
  });
  app.server.on('request', (request, response) => {
    if (!hasBody(request)) return begin(request, response);
    const known = accepted.get(request.socket);
    if (known !== undefined) known.connection.begun = true;
  });
  app.addHook('preValidation', ({ raw }, reply, done) => {
    if (hasBody(raw)) begin(raw, reply.raw);
    done();
  });
  return { endSilent };
}

type Known = {
  readonly connection: Connection;
  /** One for all requests of the connection. */
  readonly answered: () => void;
};

export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
