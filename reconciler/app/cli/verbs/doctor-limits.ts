/**
 * Checks of the doctor for what may run out: the quotas of the accounts, which people enter in
 * policy.yaml because no API has them, and server types and images that are withdrawn.
 */
import type { Policy } from '../../../core/agent/policy.ts';
import type { Withdrawal } from '../../../core/fleet/fleet-resources.ts';
import { dayMs, timeMs } from '../../../core/text/time.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Environment } from '../../config.ts';
import { Amiss, type Check, type Found } from './amiss.ts';
import { type Known, type Policed, policedOf, whole, withOpened } from './doctor-known.ts';

export function limitChecks(env: Environment, known: Known): readonly Check[] {
  return [
    {
      name: 'quotas',
      look: () =>
        withOpened(env, ['cloud', 'tailnet'], async (ports) => {
          const { policy } = policedOf(known);
          return quotas(policy, await usedOf(ports, policy.fleet));
        }),
    },
    {
      name: 'withdrawals',
      look: () =>
        withOpened(env, ['cloud'], async ({ cloud }) => {
          const withdrawals = await cloud.withdrawals();
          const soonMs = (await cloud.now()) + warnDays * dayMs;
          return withdrawn(withdrawals, {
            policed: policedOf(known),
            inUse: typesInUse(known),
            soonMs,
          });
        }),
    },
  ];
}

/** The minutes of GitHub Actions have no listing: an alarm forecasts them. */
type Quota = Exclude<keyof NonNullable<Policy['quotas']>, 'actionsMinutes'>;
type Used = Readonly<Record<Quota, number>>;

/** All of the project and the tailnet counts, also what others have. */
async function usedOf(
  { cloud, tailnet }: Pick<Ports, 'cloud' | 'tailnet'>,
  fleet: string,
): Promise<Used> {
  const own = await cloud.servers(fleet);
  whole(own, 'servers');
  const foreign = await cloud.foreignServers(fleet);
  return {
    servers: own.items.length + foreign.length,
    primaryIps: await cloud.primaryIpTotal(),
    devices: (await tailnet.nodeIds(fleet)).length,
  };
}

const words: Readonly<Record<Quota, { readonly noun: string; readonly page: string }>> = {
  servers: { noun: 'servers', page: 'https://console.hetzner.cloud, under Limits' },
  primaryIps: { noun: 'primary IPs', page: 'https://console.hetzner.cloud, under Limits' },
  devices: { noun: 'devices', page: 'https://login.tailscale.com/admin/settings/billing' },
};
const names: readonly Quota[] = ['servers', 'primaryIps', 'devices'];

function quotas({ quotas: given = {}, limits }: Policy, used: Used): Found {
  const missing = names.filter((name) => given[name] === undefined);
  const left = names.flatMap((name) => {
    const quota = given[name];
    return quota === undefined ? [] : [{ name, quota, left: quota - used[name] }];
  });
  const said = left.map(
    ({ name, quota, left: rest }) => `${Math.max(0, rest)} of ${quota} ${words[name].noun} left`,
  );
  const spent = left.find(({ left: rest }) => rest <= 0);
  if (spent !== undefined) {
    const { page } = words[spent.name];
    const todo = `Ask for more (${page}), and set quotas.${spent.name} in policy.yaml.`;
    throw new Amiss('ResourceLimitExceeded', said.join(', '), todo);
  }
  const [first] = missing;
  if (first !== undefined)
    return {
      message: [...said, `not set: ${missing.join(', ')}`].join(', '),
      todo: `Set quotas.${first} in policy.yaml: ${words[first].page}.`,
    };
  // Reported while one more run can still create all that it may.
  const low = left.find(({ left: rest }) => rest < limits.createsPerRunMax);
  if (low === undefined) return said.join(', ');
  return {
    message: said.join(', '),
    todo: `Ask for more: one run may create ${limits.createsPerRunMax} (${words[low.name].page}).`,
  };
}

function typesInUse({ recorded }: Known): ReadonlySet<string> {
  const inUse = new Set<string>();
  for (const { server, chosen } of recorded?.records ?? [])
    if (server !== undefined && chosen !== undefined)
      inUse.add(`${chosen.serverType} ${chosen.location}`);
  return inUse;
}

const warnDays = 30;

function withdrawn(
  withdrawals: readonly Withdrawal[],
  { policed, inUse, soonMs }: { policed: Policed; inUse: ReadonlySet<string>; soonMs: number },
): Found {
  const { catalog } = policed;
  const sold = new Set(
    Object.values(catalog.plans).flatMap(({ serverTypes }) =>
      Object.entries(serverTypes).flatMap(([region, type]) =>
        (catalog.regions[region]?.locations ?? []).map((location) => `${type} ${location}`),
      ),
    ),
  );
  const concerns = (one: Withdrawal, places: ReadonlySet<string>) =>
    one.kind === 'image'
      ? one.name === catalog.image
      : [...places].some(
          (place) => place === `${one.name} ${one.location ?? place.split(' ')[1] ?? ''}`,
        );
  const textOf = (one: Withdrawal) =>
    one.kind === 'image'
      ? `image ${one.name} (${one.at.slice(0, 10)})`
      : `${one.name}${one.location === null ? '' : ` in ${one.location}`} (${one.at.slice(0, 10)})`;
  const ofCatalog = withdrawals.filter((one) => concerns(one, sold));
  if (ofCatalog.length > 0) {
    const message = `catalog.yaml sells what Hetzner withdraws: ${ofCatalog.map(textOf).join(', ')}`;
    const todo = 'Name others in catalog.yaml.';
    if (ofCatalog.every(({ at }) => timeMs(at) > soonMs)) return { message, todo };
    throw new Amiss('ResourceUnavailable', message, todo);
  }
  const ofAgents = withdrawals
    .filter((one) => one.kind === 'serverType' && concerns(one, inUse))
    .map(textOf);
  if (ofAgents.length === 0) return 'nothing that is sold or used is withdrawn';
  return {
    message: `agents run on what Hetzner withdraws: ${ofAgents.join(', ')}`,
    todo: 'They keep running; a new VM gets the type of the catalog: `aura reprovision`.',
  };
}
