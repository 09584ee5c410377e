/**
 * Refuses requests while more are in progress than can be answered in time; clients repeat them. A
 * request counts after it has arrived completely, so a slow one takes no other's place.
 */
import type { FastifyInstance, FastifyReply, preValidationHookHandler } from 'fastify';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { onEachRoute } from './each-route.ts';
import { createSparingLog } from './sparing-log.ts';

type Shedding = {
  readonly what: string;
  readonly underWayMax: number;
  readonly clock: Clock;
  readonly log: Log;
  answer(reply: FastifyReply): FastifyReply;
  /** routes whose requests are neither counted nor refused */
  readonly spared?: readonly string[];
};

/** For the routes of this scope, which are registered afterwards. */
export function shedAbove(
  scope: FastifyInstance,
  { what, underWayMax, clock, log, answer, spared = [] }: Shedding,
): void {
  let underWay = 0;
  const say = createSparingLog({ clock, log }, `${what} are refused: too many are in progress`);

  const leave = () => {
    underWay -= 1;
  };

  const admit: preValidationHookHandler = (_request, reply, done) => {
    if (underWay < underWayMax) {
      underWay += 1;
      // Also if it is aborted, or if the client disconnects.
      reply.raw.on('close', leave);
      return done();
    }
    say({ underWay });
    answer(reply);
  };

  onEachRoute(scope, (route) => (spared.includes(route) ? {} : { preValidation: admit }));
}
