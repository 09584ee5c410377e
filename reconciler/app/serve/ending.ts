/** How the service ends: what was received is answered, and the rest does not hold it up. */
import type { FastifyInstance } from 'fastify';
import type { Log } from '../../ports/log.ts';
import type { Connections } from './connections.ts';

/** Turns of the event loop, in which received bytes become requests. */
const drainTurns = 10;

/**
 * Answers what was received, also on connections that were just accepted. Then ends what Node's own
 * `close` would wait for: connections without a request at once, others after `shutdownMs`.
 */
export function endInTime(
  app: FastifyInstance,
  connections: Connections,
  { log, shutdownMs }: { readonly log: Log; readonly shutdownMs: number },
): void {
  let ending = false;
  // A client sends nothing more after `connection: close`, so the connection need not idle.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (ending) reply.header('connection', 'close');
    done(null, payload);
  });
  app.addHook('preClose', async () => {
    ending = true;
    for (let turn = 0; turn < drainTurns && app.server.listening; turn += 1) await nextTurn();
    connections.endSilent();
    const timer = setTimeout(() => {
      log.warn({ shutdownMs }, 'current requests are aborted');
      app.server.closeAllConnections();
    }, shutdownMs);
    timer.unref();
    app.server.once('close', () => clearTimeout(timer));
  });
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
