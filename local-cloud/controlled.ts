/**
 * Applies the control server's requests to the world, and dumps the world. Throws a Failure:
 * `NotFound` for an object that does not exist, else `InvalidInput`.
 */
import { Failure } from '../reconciler/core/failure.ts';
import type { ApiContext, CloudPart } from './api-server.ts';
import type { Fault, Faults } from './faults.ts';
import type { GithubPart } from './github/github.ts';
import { serverTypes } from './hetzner/catalogue.ts';
import type { Server } from './hetzner/records.ts';
import type { HostStep } from './hosts.ts';
import type { MailPart } from './mail.ts';
import type { Providers } from './providers.ts';
import type { S3Server } from './s3.ts';
import type { Bought } from './stripe/played.ts';
import type { DisputeReason, FraudType } from './stripe/refunds.ts';

export type Checkout = Omit<Bought, 'quiet'>;
export type HostFailure = {
  /** its id or its name */
  readonly server: string;
  readonly fail: HostStep;
  readonly times: number;
};
export type SoldOut = {
  readonly serverType: string;
  readonly location: string;
  readonly soldOut: boolean;
};

export type ClosedDispute = { readonly dispute: string; readonly status: 'won' | 'lost' };
/** A lock by Hetzner's staff, for instance after a report of abuse; no action ends it. */
export type LockedServer = { readonly server: string; readonly locked: boolean };

/** Actions of customers, banks and machines, and changes of a provider's stock. */
type Events = {
  checkout(asked: Checkout): Promise<{ customer: string; subscription: string }>;
  cancel(asked: { subscription: string; atPeriodEnd: boolean }): Promise<unknown>;
  dispute(asked: { subscription: string; reason: DisputeReason }): {
    dispute: string;
    amount: number;
  };
  closeDispute(asked: ClosedDispute): ClosedDispute;
  fraudWarning(asked: { subscription: string; fraudType: FraudType }): {
    warning: string;
    charge: string;
  };
  failPayment(asked: { subscription: string }): { subscription: string; status: string };
  failHost(asked: HostFailure): { server: number };
  lock(asked: LockedServer): { server: number };
  sellOut(asked: SoldOut): void;
};

export type ControlledWorld = Events & {
  dump(): Promise<unknown>;
  /** Returns the id that withdraws it. */
  addFault(fault: Fault): number;
  /** Withdraws one fault, or all without an id; returns their ids. Throws `NotFound`. */
  withdrawFaults(id: number | null): readonly number[];
  advance(seconds: number): string;
  /** Sets the endpoint for Stripe's events. */
  sendEventsTo(url: string): Promise<void>;
  /** The GitHub token of a person. */
  tokenOfPerson(login: string): string;
};

type World = ApiContext &
  Providers & {
    readonly github: GithubPart;
    readonly mail: MailPart;
    readonly s3: Pick<S3Server, 'keys'>;
  };

export function controlOf(world: World): ControlledWorld {
  const { clock, faults, github, stripe } = world;
  return {
    dump: () => dumpOf(world),
    ...eventsOf(world),
    ...faultsOf(faults),
    advance(seconds) {
      clock.advance(seconds);
      return new Date(clock.now()).toISOString();
    },
    sendEventsTo: (url) => stripe.sendEventsTo(url),
    tokenOfPerson: (login) => github.tokenOfPerson(login),
  };
}

export function faultsOf(
  faults: Pick<Faults, 'add' | 'withdraw' | 'pending' | 'clear'>,
): Pick<ControlledWorld, 'addFault' | 'withdrawFaults'> {
  return {
    addFault: faults.add,
    withdrawFaults(id) {
      if (id !== null && !faults.withdraw(id))
        throw new Failure(
          'NotFound',
          `there is no fault ${id}: it was used up, or its time is over`,
        );
      if (id !== null) return [id];
      const ids = faults.pending().map((one) => one.id);
      faults.clear();
      return ids;
    },
  };
}

export function eventsOf({ stripe, hetzner, hosts }: Omit<Providers, 'tailscale'>): Events {
  return {
    checkout: (asked) => stripe.checkout(asked),
    cancel: (asked) => stripe.cancel(asked),
    dispute(asked) {
      const { id, amount } = stripe.disputeLastPayment(asked);
      return { dispute: id, amount };
    },
    closeDispute({ dispute, status }) {
      stripe.closeDispute(dispute, status);
      return { dispute, status };
    },
    fraudWarning(asked) {
      const { id, charge } = stripe.warnOfLastPayment(asked);
      return { warning: id, charge };
    },
    failPayment({ subscription }) {
      const { status } = stripe.failPayment(subscription);
      return { subscription, status };
    },
    failHost({ server: named, fail, times }) {
      const { id } = serverNamed(hetzner.servers(), named);
      hosts.fail(id, fail, times);
      return { server: id };
    },
    lock({ server: named, locked }) {
      const { id } = serverNamed(hetzner.servers(), named);
      hetzner.lock(id, locked);
      return { server: id };
    },
    sellOut({ serverType, location, soldOut }) {
      const type = serverTypes.find(({ name }) => name === serverType);
      if (type === undefined || !(location in type.monthly))
        throw new Failure('InvalidInput', `${serverType} is not sold in ${location}`);
      hetzner.sellOut(serverType, location, soldOut);
    },
  };
}

function serverNamed(servers: readonly Server[], named: string): Server {
  const found = servers.find(({ id, name }) => name === named || String(id) === named);
  if (found === undefined) throw new Failure('NotFound', `there is no server ${named}`);
  return found;
}

async function dumpOf(world: World): Promise<unknown> {
  const { clock, faults, ledger, s3, github, mail } = world;
  const keys = await s3.keys();
  return {
    now: new Date(clock.now()).toISOString(),
    ...(await dumped(world.hetzner)),
    ...(await dumped(world.tailscale)),
    ...(await dumped(world.stripe)),
    hosts: world.hosts.dump(),
    github: github.dump(),
    states: keys.filter(isState),
    locks: keys.filter(isLock),
    objects: keys.filter((key) => !isState(key) && !isLock(key)),
    mails: mail.mails(),
    requests: ledger.counts(),
    faults: faults.pending(),
  };
}

const isState = (key: string) => key.endsWith('.tfstate');
const isLock = (key: string) => key.endsWith('.tflock');

async function dumped(part: CloudPart): Promise<object> {
  const dump = await part.dump();
  return typeof dump === 'object' && dump !== null ? dump : {};
}
