/** A service over a few agents, and links to them, for a client that knows only its description. */
import { limitsUsual } from '../../reconciler/app/serve/limits.ts';
import { createService } from '../../reconciler/app/serve/server.ts';
import { serviceConfig } from '../builders/service-config.ts';
import { bringUp } from '../fakes/agents.ts';
import { createFakeWorld } from '../fakes/world.ts';

/** A client that tries everything is no reader to be limited. */
const unlimited = { burst: 1_000_000, perMinute: 1_000_000 };

export async function serveDescribed() {
  const world = createFakeWorld();
  for (const n of [1, 2, 3]) bringUp(world, n);
  const { ports } = world;
  const limits = { ...limitsUsual, readsPerAddress: unlimited, readsPerToken: unlimited };
  const { app } = createService({
    ...{ ports, planning: null, config: serviceConfig, log: ports.log, limits },
    heartbeats: { secrets: ['h'.repeat(32)], archive: ports.archive, clock: ports.clock },
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { world, app, url, close: () => app.close() };
}
