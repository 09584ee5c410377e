/**
 * Checks of the doctor for the Hetzner project: whether it is the fleet's, whether the recorded
 * servers exist, whether every plan is on sale, and the firewalls that all servers share.
 */

import type { Policy } from '../../../core/agent/policy.ts';
import { asFailure, Failure } from '../../../core/failure.ts';
import { imageMisfit } from '../../../core/stack/prepared-image.ts';
import { sharedStackWork } from '../../../core/stack/shared-stack.ts';
import { leastMemoryGb, smallPlans } from '../../../core/stack/small-plans.ts';
import {
  type InstallationProblem,
  missingServers,
  missingStatus,
  wrongFirewalls,
} from '../../../core/status/installation.ts';
import {
  type Recorded,
  readInstallation,
  readSharedStack,
} from '../../../flows/shared/read-installation.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Environment } from '../../config.ts';
import { Amiss, type Check, type Found } from './amiss.ts';
import { type Known, type Policed, policedOf, whole, withOpened } from './doctor-known.ts';

export function hetznerChecks(env: Environment, known: Known): readonly Check[] {
  return [
    { name: 'Hetzner', look: () => projectCheck(env, known) },
    { name: 'fleet firewalls', look: () => firewallCheck(env, known) },
  ];
}

function projectCheck(env: Environment, known: Known): Promise<Found> {
  return withOpened(env, ['cloud'], async (ports) => {
    const policed = policedOf(known);
    const { policy } = policed;
    const servers =
      known.recorded === null
        ? `${whole(await ports.cloud.servers(policy.fleet), 'servers')}, compared with no record`
        : await recordedServers(ports, policy, known.recorded);
    await checkSold(ports.cloud, policed);
    await checkImage(ports.cloud, policed);
    const small = smallPlans(policed.catalog, await ports.cloud.offers());
    if (small.length > 0) return { message: `${servers}; ${small.join('; ')}`, todo: useMemory };
    return `${servers}; every plan is on sale, and its servers can be made from the image`;
  });
}

const useMemory = `Name types with ${leastMemoryGb} GB or more in catalog.yaml: openclaw hangs with less.`;

async function recordedServers(
  ports: Pick<Ports, 'cloud'>,
  policy: Policy,
  recorded: Recorded,
): Promise<string> {
  const installation = await readInstallation(ports, policy, recorded);
  const problem = missingServers(installation);
  if (problem !== null) throw amissOf(problem);
  return `${installation.servers.length} servers of the fleet`;
}

function firewallCheck(env: Environment, known: Known): Promise<string> {
  return withOpened(env, ['cloud', 'states'], async (ports) => {
    const { policy } = policedOf(known);
    if (known.recorded === null) {
      const todo = 'Repair branch status first.';
      throw new Amiss('NotFound', 'not tried: branch status cannot be read', todo);
    }
    const installation = await readInstallation(ports, policy, known.recorded);
    const { firewalls, fleetIds } = installation;
    const shared = await readSharedStack(ports, policy);
    const work = sharedStackWork({ ...shared, firewalls, fleetIds, recover: false });
    const problem = wrongFirewalls(installation, work);
    if (problem !== null) throw amissOf(problem);
    return 'as they should be';
  });
}

/** The servers that exist decide what a missing branch means. */
export async function withoutStatus(
  env: Environment,
  policing: Promise<Policed>,
  recorded: Recorded,
): Promise<Amiss> {
  try {
    const { policy } = await policing;
    return await withOpened(env, ['cloud'], async (ports) =>
      amissOf(missingStatus(await readInstallation(ports, policy, recorded))),
    );
  } catch (thrown) {
    const { message } = asFailure(thrown);
    return new Amiss(
      'NotFound',
      `there is none, and it is unknown whether servers of the fleet exist: ${message}`,
      'Correct that first: it decides whether `aura init` or a rebuild creates the branch.',
    );
  }
}

function amissOf({ reason, message, todo }: InstallationProblem): Amiss {
  return new Amiss(reason, message, todo);
}

/** Each plan of the catalog has to be on sale in some location. */
async function checkSold(cloud: Ports['cloud'], { catalog }: Policed): Promise<void> {
  const { list: offers } = await cloud.offers();
  const missing = Object.entries(catalog.plans).flatMap(([plan, { serverTypes }]) =>
    Object.entries(serverTypes).flatMap(([region, type]) => {
      const locations = catalog.regions[region]?.locations ?? [];
      const some = offers.some(
        (offer) =>
          offer.serverType === type && offer.available && locations.includes(offer.location),
      );
      return some ? [] : [`${type} for plan ${plan} in ${region}`];
    }),
  );
  if (missing.length > 0)
    throw new Failure('ResourceUnavailable', `not on sale now: ${missing.sort().join(', ')}`);
}

/** A server of each plan can be made from the catalog's image. */
async function checkImage(cloud: Ports['cloud'], { catalog }: Policed): Promise<void> {
  const { list } = await cloud.offers();
  const found = await cloud.images(catalog.image);
  const types = new Set(
    Object.values(catalog.plans).flatMap(({ serverTypes }) => Object.values(serverTypes)),
  );
  const misfits = [...types].sort().flatMap((type) => {
    const offer = list.find(({ serverType }) => serverType === type);
    return offer === undefined ? [] : (imageMisfit(catalog.image, found, offer) ?? []);
  });
  const [first] = misfits;
  if (first === undefined) return;
  const todo = 'Name another image in catalog.yaml: `aura image build` makes and proposes one.';
  throw new Amiss('InvalidInput', first, todo);
}
