/** The port `Cloud` with Hetzner's API. */
import { labelNames } from '../../core/fleet/observed.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { nullWhereAbsent } from '../http/client.ts';
import { createSnapshot, deleteServer, powerOff, powerOn, protect, serverPath } from './actions.ts';
import { createHetznerApi, type HetznerApi, type HetznerOptions } from './api.ts';
import { charges } from './charges.ts';
import { createCompact } from './compact.ts';
import { foreignServers, imagesCalled, ofFleet, snapshots, sshKeys } from './fleet-resources.ts';
import { listAll, listWhole, totalOf } from './listing.ts';
import { createOffers, withdrawals } from './offers.ts';
import { observedFirewall, observedPrimaryIp, observedServer } from './servers.ts';

/** Its time is that of Hetzner's answers; the composition root compares it with other clocks. */
export function createCloud(options: HetznerOptions): Cloud {
  const api = createHetznerApi(options);
  return {
    now: api.now,
    clockDoubt: async () => null,
    offers: createOffers(api),
    servers: (fleet) =>
      listAll(api, {
        name: 'servers',
        query: ofFleet(fleet),
        parse: observedServer,
        compact: createCompact(),
      }),
    budget: api.budget.now,
    primaryIps: (fleet) =>
      listAll(api, { name: 'primary_ips', query: ofFleet(fleet), parse: observedPrimaryIp }),
    primaryIpTotal: () => totalOf(api, 'primary_ips'),
    async firewalls(fleet) {
      const all = await listWhole(api, { name: 'firewalls', parse: observedFirewall });
      // By name too: a firewall without its labels still uses the name that ours needs.
      return all.filter(
        (one) => one.labels[labelNames.fleet] === fleet || one.name.startsWith(`${fleet}-`),
      );
    },
    sshKeys: (fleet) => sshKeys(api, fleet),
    images: (idOrName) => imagesCalled(api, idOrName),
    snapshots: (fleet) => snapshots(api, fleet),
    charges: (fleet) => charges(api, fleet),
    foreignServers: (fleet) => foreignServers(api, fleet),
    withdrawals: () => withdrawals(api),
    async server(id) {
      const answer = await nullWhereAbsent(api.ask({ method: 'GET', path: serverPath(id) }));
      return answer === null ? null : observedServer(answer.object('server'));
    },
    serverByName: (name) => serverByName(api, name),
    serversOf(fleet, agent) {
      const query = { label_selector: `${labelNames.fleet}=${fleet},${labelNames.agent}=${agent}` };
      return listWhole(api, { name: 'servers', query, parse: observedServer });
    },
    async primaryIp(id) {
      const answer = await nullWhereAbsent(api.ask({ method: 'GET', path: addressPath(id) }));
      return answer === null ? null : observedPrimaryIp(answer.object('primary_ip'));
    },
    powerOn: (id) => powerOn(api, id),
    powerOff: (id) => powerOff(api, id),
    protect: (id, on) => protect(api, id, on),
    async setLabels(id, labels) {
      await api.send({ method: 'PUT', path: serverPath(id), body: { labels } });
    },
    createSnapshot: (id, what) => createSnapshot(api, id, what),
    deleteServer: (id) => deleteServer(api, id),
    deletePrimaryIp: (id) => remove(api, addressPath(id)),
    deleteSshKey: (id) => remove(api, `/ssh_keys/${encodeURIComponent(id)}`),
    deleteSnapshot: (id) => remove(api, `/images/${encodeURIComponent(id)}`),
  };
}

async function remove(api: HetznerApi, path: string): Promise<void> {
  await nullWhereAbsent(api.send({ method: 'DELETE', path }));
}

function addressPath(id: string): string {
  return `/primary_ips/${encodeURIComponent(id)}`;
}

/** Names are unique in a project; the name is compared nevertheless. */
async function serverByName(api: HetznerApi, name: string) {
  const query = new URLSearchParams({ name });
  const answer = await api.ask({ method: 'GET', path: `/servers?${query}` });
  const servers = answer.objects('servers').map(observedServer);
  return servers.find((server) => server.name === name) ?? null;
}
