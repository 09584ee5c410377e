/** What every visitor may read: `GET /`, the page of the fleet, `/v1/fleet` and `/v1/catalog`. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PublicReader } from '../../flows/status/public.ts';
import type { Clock } from '../../ports/clock.ts';
import { sendTooMany } from './errors.ts';
import type { ServerLimits } from './limits.ts';
import { renderFleetPage } from './page/fleet-page.ts';
import { asPage, htmlType, protectPage } from './page/frame.ts';
import { createRateLimiter } from './rate-limit.ts';
import { allowSite, answerPreflights } from './site-origins.ts';
import { sendTagged, sendTaggedJson } from './tagged.ts';
import { networkOf } from './waiting-connections.ts';

type PublicRoutes = {
  readonly visible: PublicReader;
  readonly clock: Pick<Clock, 'now'>;
  readonly limits: Pick<ServerLimits, 'readsPerAddress'>;
  readonly siteOrigins: readonly string[];
};

export const fleetPagePath = '/';
export const publicPaths = ['/v1/catalog', '/v1/fleet'] as const;

export function registerPublicRoutes(app: FastifyInstance, routes: PublicRoutes): void {
  const { visible, clock, limits, siteOrigins } = routes;
  const ofAddress = createRateLimiter(limits.readsPerAddress);
  const limit = async (request: FastifyRequest, reply: FastifyReply) => {
    // A cache in front may answer for a moment.
    reply.header('cache-control', 'public, max-age=5');
    const wait = ofAddress.take(networkOf(request.ip), clock.now());
    if (wait !== null) await sendTooMany(reply, wait);
  };

  app.get(
    fleetPagePath,
    { onRequest: [protectPage, limit], onSend: asPage },
    async (request, reply) => {
      const text = renderFleetPage(await visible.fleet());
      return sendTagged(request, reply, { type: htmlType, text });
    },
  );
  const [catalogPath, fleetPath] = publicPaths;
  const hooks = { onRequest: [allowSite(siteOrigins), limit] };
  app.get(catalogPath, hooks, async (request, reply) =>
    sendTaggedJson(request, reply, await visible.catalog()),
  );
  app.get(fleetPath, hooks, async (request, reply) =>
    sendTaggedJson(request, reply, await visible.fleet()),
  );
  for (const url of publicPaths) answerPreflights(app, url, siteOrigins);
}
