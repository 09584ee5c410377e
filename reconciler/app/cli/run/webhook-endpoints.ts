/** Opens the endpoints of outgoing webhooks and the bucket of their cursors; the caller closes it. */
import { randomUUID } from 'node:crypto';
import { createReceiver } from '../../../adapters/webhooks/receiver.ts';
import type { Archive } from '../../../ports/archive.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { Receiver } from '../../../ports/receiver.ts';
import type { Environment } from '../../config.ts';
import { openPorts } from '../../main.ts';

export type OpenEndpoints = {
  readonly receivers: readonly Receiver[];
  readonly archive: Archive;
  readonly holder: string;
  close(): Promise<void>;
};

/** null if there are none */
export async function openEndpoints(
  env: Environment,
  log: Log,
  clock: Pick<Clock, 'now'>,
): Promise<OpenEndpoints | null> {
  const wanted = await openPorts(env, [], { log, needs: ['endpoints'] });
  await wanted.close();
  const { list, loopback } = wanted.config.endpoints;
  if (list.length === 0) return null;
  const { ports, close } = await openPorts(env, ['archive'], { log });
  const receivers = list.map((endpoint) => createReceiver({ ...endpoint, loopback, clock }));
  return { receivers, archive: ports.archive, holder: randomUUID(), close };
}
