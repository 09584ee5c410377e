/**
 * The service of the story. It receives Stripe's events and heartbeats and shows customers their
 * agents; it does not dispatch runs, because the story does.
 */

import type { WorldClock } from '../../local-cloud/clock.ts';
import type { LocalCloud } from '../../local-cloud/cloud.ts';
import { openHeartbeats } from '../../reconciler/app/cli/run/heartbeat-store.ts';
import { createService } from '../../reconciler/app/serve/server.ts';
import type { ServiceOptions } from '../../reconciler/app/serve/service-options.ts';
import type { Clock } from '../../reconciler/ports/clock.ts';

type Opening = {
  readonly cloud: LocalCloud;
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  readonly closers: (() => Promise<unknown>)[];
};

/** @returns its address */
export async function openService(
  { cloud, env, port, closers }: Opening,
  parts: Pick<ServiceOptions, 'ports' | 'config' | 'log'>,
): Promise<string> {
  const opened = await openHeartbeats(env, parts.log);
  if (opened !== null) closers.push(opened.close);
  const heartbeats = opened && { ...opened, clock: inWorldTime(cloud.world.clock) };
  const { app, watches } = createService({ ...parts, planning: null, heartbeats });
  const url = await app.listen({ host: '127.0.0.1', port });
  closers.push(() => app.close());
  for (const watch of [watches.model, watches.heartbeats]) {
    void watch?.run();
    closers.push(async () => watch?.end());
  }
  return url;
}

/** Silence lasts minutes: hosts and service share a clock that is faster. */
function inWorldTime({ now, after }: WorldClock): Clock {
  return { now, wait: (ms) => new Promise((resolve) => void after(ms, resolve)) };
}
