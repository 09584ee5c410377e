/** The real tailnet of a local cloud, with the client, the clock and the faults of its world. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../reconciler/core/failure.ts';
import type { ApiContext } from '../api-server.ts';
import type { Credentials } from '../environment.ts';
import type { Machines } from '../machines/machines.ts';
import { uplinkOf } from '../machines/network.ts';
import { type RealTailnet, startControl, type TailnetControl } from './control.ts';
import type { Listen } from './headscale.ts';

/** Without an address it listens where the cloud's machines reach this computer. */
export type CloudTailnet = Pick<RealTailnet, 'binaries' | 'fleet'> & { readonly listen?: Listen };

const addressRange = '100.64.0.0/10';
const portForMachines = 8443;

type TailnetInCloud = TailnetControl & {
  /** the certificates that this computer trusts, and the control server's, in one file */
  readonly trustedFile: string;
};

/** Where Linux distributions keep the certificates that programs trust. */
const systemCertificates = '/etc/ssl/certs/ca-certificates.crt';

/** Null where the cloud keeps its simulated one. The machines trust it from then on. */
export async function openTailnet(
  tailnet: CloudTailnet | undefined,
  world: {
    readonly root: string;
    readonly credentials: Credentials;
    readonly context: ApiContext;
    readonly machines: Machines | null;
  },
): Promise<TailnetInCloud | null> {
  if (tailnet === undefined) return null;
  const { root, credentials, context, machines } = world;
  const oauth = {
    clientId: credentials.tailscaleClientId,
    clientSecret: credentials.tailscaleClientSecret,
  };
  const reader = credentials.readers.tailscale;
  const listen = tailnet.listen ?? forMachines(machines);
  const folder = join(root, 'tailnet');
  const parts = { listen, addressRange, folder, oauth, reader, context };
  const control = await startControl({ ...tailnet, ...parts });
  machines?.trust(control.certificate);
  const trustedFile = join(root, 'trusted.pem');
  const system = await readFile(systemCertificates, 'utf8').catch(() => '');
  await writeFile(trustedFile, `${system}${control.certificate}`);
  return { ...control, trustedFile };
}

function forMachines(machines: Machines | null): Listen {
  if (machines === null)
    throw new Failure('InvalidInput', 'a real tailnet without machines needs an address');
  return { namespace: null, address: uplinkOf(machines.slot).host, port: portForMachines };
}
