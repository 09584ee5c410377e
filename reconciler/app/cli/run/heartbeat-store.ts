/** Opens what the service needs for heartbeats; the caller closes it. */
import type { Log } from '../../../ports/log.ts';
import type { Environment } from '../../config.ts';
import { openPorts } from '../../main.ts';
import type { HeartbeatStore } from '../../serve/service-options.ts';

export type OpenHeartbeats = HeartbeatStore & { close(): Promise<void> };

/** null where the service accepts no heartbeats */
export async function openHeartbeats(env: Environment, log: Log): Promise<OpenHeartbeats | null> {
  const wanted = await openPorts(env, [], { log, needs: ['heartbeats'] });
  await wanted.close();
  const { secrets } = wanted.config.heartbeats;
  if (secrets.length === 0) return null;
  const { ports, close } = await openPorts(env, ['archive', 'clock'], { log });
  return { secrets, ...ports, close };
}
