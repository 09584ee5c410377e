/** The port `Cloud` with Hetzner's API. */
import { labelNames } from '../../core/fleet/observed.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { nullWhereAbsent } from '../http/client.ts';
import { deleteServer, powerOff, powerOn, protect, serverPath } from './actions.ts';
import { createHetznerApi, type HetznerApi, type HetznerOptions } from './api.ts';
import { createCompact } from './compact.ts';
import { foreignServers, snapshots, sshKeys, withdrawals } from './fleet-resources.ts';
import { listAll, listWhole } from './listing.ts';
import { createOffers } from './offers.ts';
import { observedFirewall, observedPrimaryIp, observedServer } from './servers.ts';

/** Its time is that of Hetzner's answers; the composition root compares it with other clocks. */
export function createCloud(options: HetznerOptions): Cloud {
  const api = createHetznerApi(options);
  const fleetSelector = (fleet: string) => `${labelNames.fleet}=${fleet}`;
  return {
    now: api.now,
    clockDoubt: async () => null,
    offers: createOffers(api),
    servers: (fleet) =>
      listAll(api, {
        name: 'servers',
        labelSelector: fleetSelector(fleet),
        parse: observedServer,
        compact: createCompact(),
      }),
    budget: api.budget.now,
    primaryIps: (fleet) =>
      listAll(api, {
        name: 'primary_ips',
        labelSelector: fleetSelector(fleet),
        parse: observedPrimaryIp,
      }),
    async firewalls(fleet) {
      const all = await listWhole(api, { name: 'firewalls', parse: observedFirewall });
      // By name too: a firewall without its labels still uses the name that ours needs.
      return all.filter(
        (one) => one.labels[labelNames.fleet] === fleet || one.name.startsWith(`${fleet}-`),
      );
    },
    sshKeys: (fleet) => sshKeys(api, fleet),
    snapshots: (fleet) => snapshots(api, fleet),
    foreignServers: (fleet) => foreignServers(api, fleet),
    withdrawals: () => withdrawals(api),
    async server(id) {
      const answer = await nullWhereAbsent(api.ask({ method: 'GET', path: serverPath(id) }));
      return answer === null ? null : observedServer(answer.object('server'));
    },
    serverByName: (name) => serverByName(api, name),
    serversOf: (fleet, agent) =>
      serversBy(api, `${fleetSelector(fleet)},${labelNames.agent}=${agent}`),
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
    deleteServer: (id) => deleteServer(api, id),
    async deletePrimaryIp(id) {
      await nullWhereAbsent(api.send({ method: 'DELETE', path: addressPath(id) }));
    },
    async deleteSshKey(id) {
      const path = `/ssh_keys/${encodeURIComponent(id)}`;
      await nullWhereAbsent(api.send({ method: 'DELETE', path }));
    },
    async deleteSnapshot(id) {
      const path = `/images/${encodeURIComponent(id)}`;
      await nullWhereAbsent(api.send({ method: 'DELETE', path }));
    },
  };
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

async function serversBy(api: HetznerApi, labelSelector: string) {
  const found = await listWhole(api, { name: 'servers', labelSelector, parse: observedServer });
  return [...found].sort((a, b) => (a.id < b.id ? -1 : 1));
}
