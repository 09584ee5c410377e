/** The real tailnet of a local cloud, with the client, the clock and the faults of its world. */
import { join } from 'node:path';
import type { ApiContext } from '../api-server.ts';
import type { Credentials } from '../environment.ts';
import { type RealTailnet, startControl, type TailnetControl } from './control.ts';

/** Null where the cloud keeps its simulated one. */
export async function openTailnet(
  tailnet: RealTailnet | undefined,
  world: {
    readonly root: string;
    readonly credentials: Credentials;
    readonly context: ApiContext;
  },
): Promise<TailnetControl | null> {
  if (tailnet === undefined) return null;
  const { root, credentials, context } = world;
  const oauth = {
    clientId: credentials.tailscaleClientId,
    clientSecret: credentials.tailscaleClientSecret,
  };
  return startControl({ ...tailnet, folder: join(root, 'tailnet'), oauth, context });
}
