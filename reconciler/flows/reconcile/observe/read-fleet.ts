/** Lists everything that there is of the fleet, and says whether the listings can be true. */

import type { Policy } from '../../../core/agent/policy.ts';
import type { ObservedServer, PartialReason } from '../../../core/fleet/observed.ts';
import { readingOf } from '../../../core/fleet/plausible.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import type { Listing } from '../../../ports/listing.ts';
import { type Known, listed, type TickPorts, type Watched } from './listed.ts';
import { secondLook } from './second-look.ts';

export async function readFleet(ports: TickPorts, policy: Policy, known: Known): Promise<Watched> {
  const { fleet } = policy;
  const [servers, devices, states, firewalls] = await Promise.all([
    listed(() => ports.cloud.servers(fleet), 'servers'),
    listed(() => ports.tailnet.devices(fleet), 'devices'),
    listed(() => ports.states.list(`${fleet}/agents/`), 'states'),
    listed(async () => ({ items: await ports.cloud.firewalls(fleet), partial: [] }), 'fleet'),
  ]);
  const partial = [servers, devices, states, firewalls].flatMap((listing) => listing.partial);
  const seen = {
    servers: servers.items,
    devices: devices.items,
    states: states.items,
    primaryIps: null,
    firewalls: firewalls.items,
  };
  const judge = (more: readonly PartialReason[], unlisted: readonly ObservedServer[]) =>
    readingOf({
      ...known,
      observed: seen,
      unlisted: new Set(unlisted.map(({ id }) => id)),
      partial: [...partial, ...known.unreadable, ...more],
      policy,
    });
  const whole = {
    firewallsSeen: firewalls.partial.length === 0,
    serversSeen: servers.partial.length === 0,
  };
  const first = judge([], []);
  if (first.kind !== 'complete') return { observed: { ...seen, reading: first }, ...whole };
  const [unlisted, doubts] = await Promise.all([
    unlistedServers(ports, known.records, seen.servers),
    secondLook(ports, { records: known.records, policy }, seen),
  ]);
  const found = [...seen.servers, ...unlisted.items];
  const more = [...unlisted.partial, ...doubts];
  const isNews = more.length + unlisted.items.length > 0;
  const reading = isNews ? judge(more, unlisted.items) : first;
  return { observed: { ...seen, servers: found, reading }, ...whole };
}

const looksMax = 20;

/**
 * Recorded servers that a whole listing lacks, asked for by their ids: one whose fleet label somebody
 * took off is there all the same, and is not to be made again. Where more are missing than are worth
 * a look, nothing can be said about them.
 */
async function unlistedServers(
  ports: TickPorts,
  records: readonly AgentRecord[],
  servers: readonly ObservedServer[],
): Promise<Listing<ObservedServer>> {
  const there = new Set(servers.map((server) => server.id));
  const missing = records.flatMap(({ server, gone }) =>
    server === undefined || gone !== undefined || there.has(server.id) ? [] : [server.id],
  );
  if (missing.length > looksMax) {
    const detail = `${missing.length} recorded servers are not in the listing`;
    return { items: [], partial: [{ source: 'servers', detail }] };
  }
  return listed(async () => {
    const found = await Promise.all(missing.map((id) => ports.cloud.server(id)));
    return { items: found.filter((server) => server !== null), partial: [] };
  }, 'servers');
}
