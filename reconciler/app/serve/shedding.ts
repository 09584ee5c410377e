/**
 * Turns requests away while more are under way than can be answered in time: those that were taken
 * are answered, and those that were turned away come again. A request counts once all of it has
 * arrived: one that is sent slowly, or never to its end, takes no other's place.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { createSparingLog } from './sparing-log.ts';

type Shedding = {
  readonly what: string;
  readonly underWayMax: number;
  readonly clock: Clock;
  readonly log: Log;
  answer(reply: FastifyReply): FastifyReply;
  /** What is neither counted nor turned away. */
  spares?(request: FastifyRequest): boolean;
};

/** For the routes of this scope. */
export function shedAbove(
  scope: FastifyInstance,
  { what, underWayMax, clock, log, answer, spares }: Shedding,
): void {
  let underWay = 0;
  const say = createSparingLog({ clock, log }, `${what} are turned away: too many are under way`);

  scope.addHook('preValidation', async (request, reply) => {
    if (spares?.(request) === true) return;
    if (underWay < underWayMax) {
      underWay += 1;
      // Whatever becomes of it: answered, broken off, or left by the client.
      reply.raw.once('close', () => {
        underWay -= 1;
      });
      return;
    }
    say({ underWay });
    await answer(reply);
  });
}
