/** The three providers and the hosts of one world, made from one seed. */
import type { Catalog } from '../reconciler/core/agent/catalog.ts';
import type { WorldClock } from './clock.ts';
import type { Credentials } from './environment.ts';
import { createHetzner, type HetznerPart } from './hetzner/hetzner.ts';
import { wallClock } from './host-heartbeats.ts';
import { createHosts, type HostsPart } from './hosts.ts';
import { createMachineHosts } from './machines/follow.ts';
import type { Machines } from './machines/machines.ts';
import type { Randomness } from './randomness.ts';
import { createStripe, type StripeWorld } from './stripe/stripe.ts';
import { fleetPolicy } from './tailnet/headscale-policy.ts';
import { parsePolicy } from './tailscale/policy.ts';
import { createTailscale, type TailscalePart } from './tailscale/tailscale.ts';

export type Providers = {
  readonly hetzner: HetznerPart;
  readonly tailscale: TailscalePart;
  readonly stripe: StripeWorld;
  readonly hosts: HostsPart;
};

export function createProviders(options: {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly credentials: Credentials;
  /** parsed, not validated */
  readonly catalog: unknown;
  /** the fleet's name, whose tags the tailnet's OAuth client owns */
  readonly fleet?: string;
  /** null: the hosts are simulated */
  readonly machines?: Machines | null;
  /** simulated hosts report by world time, not by wall time */
  readonly heartbeatsInWorldTime?: boolean;
}): Providers {
  const fleet = options.fleet ?? 'aura';
  const { clock, randomness, credentials, machines = null } = options;
  const beats = options.heartbeatsInWorldTime === true ? clock : wallClock;
  const hetzner = createHetzner({
    clock,
    randomness: randomness.fork('hetzner'),
    token: credentials.hetznerToken,
    readOnlyToken: credentials.readers.hetznerToken,
    ...(machines === null ? {} : { ipv4Range: machines.slot.range }),
  });
  const tailscale = createTailscale({
    clock,
    randomness: randomness.fork('tailscale'),
    clientId: credentials.tailscaleClientId,
    clientSecret: credentials.tailscaleClientSecret,
    reader: credentials.readers.tailscale,
    tags: [`tag:${fleet}`, `tag:${fleet}-ci`, `tag:${fleet}-isolated`],
  });
  tailscale.tailnet.policy = parsePolicy(fleetPolicy(fleet));
  const stripe = createStripe({
    clock,
    randomness: randomness.fork('stripe'),
    catalog: options.catalog as Catalog,
    secretKey: credentials.stripeSecretKey,
    webhookSecret: credentials.stripeWebhookSecret,
  });
  const hosts =
    machines === null
      ? createHosts({ clock, beats, hetzner, tailscale })
      : createMachineHosts({ clock, project: hetzner.project, machines, report: reportOfHosts });
  return { hetzner, tailscale, stripe, hosts };
}

export function reportOfHosts(line: string): void {
  process.stderr.write(`hosts: ${line}\n`);
}
