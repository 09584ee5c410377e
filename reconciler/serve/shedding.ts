/**
 * Turns requests away before their bodies are read, while more are under way than can be answered in
 * time: memory stays bounded, those that were taken are answered, and who was turned away comes again.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Clock, Log } from '../ports.ts';

export type Shedding = {
  readonly what: string;
  readonly underWayMax: number;
  readonly clock: Clock;
  readonly log: Log;
  answer(reply: FastifyReply): FastifyReply;
};

/** One line for all that were turned away in such a time, or the log would be the next to suffer. */
const tellEveryMs = 10_000;

/** For the routes of this scope. Resolves with how many were turned away and are under way. */
export function shedAbove(
  scope: FastifyInstance,
  { what, underWayMax, clock, log, answer }: Shedding,
): () => { readonly underWay: number; readonly shed: number } {
  let underWay = 0;
  let shed = 0;
  let toldAtMs = Number.NEGATIVE_INFINITY;

  scope.addHook('onRequest', async (_request, reply) => {
    if (underWay < underWayMax) {
      underWay += 1;
      // Whatever becomes of it: answered, broken off, or left by whoever asked.
      reply.raw.once('close', () => {
        underWay -= 1;
      });
      return;
    }
    shed += 1;
    if (clock.now() - toldAtMs >= tellEveryMs) {
      toldAtMs = clock.now();
      log.warn({ underWay, shed }, `${what} are turned away: too many are under way`);
    }
    await answer(reply);
  });
  return () => ({ underWay, shed });
}
