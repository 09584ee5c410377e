/**
 * The metadata service of a cloud, as machines find it at 169.254.169.254: a program inside of a
 * machine can read its user data there. https://docs.hetzner.cloud/reference/cloud#server-metadata
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DiskSpec } from './disks.ts';

export type Metadata = {
  /** address and port on this computer */
  readonly endpoint: string;
  close(): Promise<void>;
};

/** `find` returns the machine that has this address. */
export async function startMetadata(
  host: string,
  find: (address: string) => DiskSpec | null,
): Promise<Metadata> {
  const server = createServer((request, response) => answer(request, response, find));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  find: (address: string) => DiskSpec | null,
): void {
  const address = request.socket.remoteAddress ?? '';
  const machine = find(address);
  const text = machine === null ? undefined : textsOf(machine, address)[request.url ?? ''];
  response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/plain' });
  response.end(text ?? 'not found\n');
}

function textsOf(machine: DiskSpec, address: string): Readonly<Record<string, string>> {
  const values = {
    'instance-id': String(machine.machine),
    hostname: machine.hostname,
    'public-ipv4': address,
    'public-keys': JSON.stringify(machine.publicKeys),
  };
  const lines = Object.entries(values).map(([name, value]) => `${name}: ${value}\n`);
  const each = Object.entries(values).map(([name, value]) => [
    `/hetzner/v1/metadata/${name}`,
    value,
  ]);
  return {
    '/hetzner/v1/metadata': lines.join(''),
    '/hetzner/v1/userdata': machine.userData,
    ...Object.fromEntries(each),
  };
}
