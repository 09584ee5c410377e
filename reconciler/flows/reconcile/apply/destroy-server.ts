/**
 * The one way in which a server ends: unprotect, by Terraform, proven by looking, by API only where it
 * is still there; then its addresses. Who asks for it, and why, is the guard's business.
 */
import { Failure, isFailure } from '../../../core/failure.ts';
import type { ChangeKind } from '../../../core/fleet/change-kinds.ts';
import {
  labelNames,
  type ObservedPrimaryIp,
  type ObservedServer,
} from '../../../core/fleet/observed.ts';
import { expectationOf } from '../../../core/stack/gate.ts';
import { emptyStackSpec } from '../../../core/stack/stack-spec.ts';
import type { Run } from './attempt.ts';
import { destroyPart, type Guard, isGone, prove } from './guard.ts';
import { applyStack, rememberedServer } from './stack.ts';

export type ServerGuard = Guard<ObservedServer> & {
  readonly id: string;
  /** of the change that it ends by */
  readonly kind: ChangeKind;
  /** the name that it is to be gone under */
  readonly called: string;
  /** null for a rollback: what carries a mark that it ran is protected, and stays so */
  readonly unprotect: ((server: ObservedServer) => Promise<void>) | null;
  /** the agent whose state Terraform ends it by; null where it has none of its own */
  readonly stateOf: string | null;
  /** whether the lock that a dead run left on that state goes at once */
  readonly tookOver: boolean;
};

/** The server as it was right before its end; null where it was gone already. */
export async function destroyServer(run: Run, guard: ServerGuard): Promise<ObservedServer | null> {
  const { cloud } = run.ports;
  const { id, name } = guard;
  const before = await guardedServer(run, guard);
  if (before !== null) {
    await goneAfter(run, guard, async () => guard.unprotect?.(before));
    await goneAfter(run, guard, () => endByTerraform(run, guard));
    if ((await guardedServer(run, guard)) !== null)
      await goneAfter(run, guard, () => cloud.deleteServer(id));
  }
  if (!(await isGone(run, id, guard.called)))
    throw new Failure('OutcomeUnknown', `${name} is still there after it was deleted`);
  return before;
}

/** The server that a guard is about, with all that the guard asks for; null where it is gone. */
export async function guardedServer(
  { ports }: Run,
  guard: ServerGuard,
): Promise<ObservedServer | null> {
  const server = await ports.cloud.server(guard.id);
  if (server !== null) await prove(guard, server);
  return server;
}

async function endByTerraform(
  run: Run,
  { id, kind, stateOf, tookOver }: ServerGuard,
): Promise<void> {
  if (stateOf === null) return;
  const spec = emptyStackSpec(run.policy, stateOf);
  // A state that knows another server says nothing about this one, and is not to end that one.
  if ((await rememberedServer({ run, id: stateOf }))?.id !== id) return;
  const expect = expectationOf(kind, [id]);
  await applyStack({ run, tookOver }, { spec, expect, imports: [] });
}

/** What a failed deletion did is found out by looking: an answer that was lost is no failure. */
async function goneAfter(
  { ports }: Run,
  { id, name }: ServerGuard,
  end: () => Promise<void>,
): Promise<void> {
  try {
    await end();
  } catch (failure) {
    // An action that finds no server is as good a look as a GET, and those may be old.
    const isThere = !isFailure(failure, 'NotFound') && (await ports.cloud.server(id)) !== null;
    if (isThere) throw failure;
    ports.log.warn({ failure }, `${name} is gone anyway`);
  }
}

const addressLooksMax = 10;
const addressLookEveryMs = 2000;

/**
 * An address of servers that were ended. Hetzner shows it as assigned for some seconds after its server
 * is gone, and then takes it away by itself. One of another agent, or that serves another server,
 * stays.
 */
export function destroyAddress(
  { ports: { cloud, clock } }: Run,
  id: string,
  { agent, wasEnded }: { readonly agent: string; wasEnded(server: string): boolean },
): Promise<void> {
  const name = `address ${id}`;
  return destroyPart<ObservedPrimaryIp>({
    name,
    labels: {},
    created: null,
    async look() {
      for (let looks = 1; looks <= addressLooksMax; looks += 1) {
        const address = await cloud.primaryIp(id);
        if (address === null || address.assignee === null || !wasEnded(address.assignee))
          return address;
        await clock.wait(addressLookEveryMs);
      }
      throw new Failure('Locked', `${name} is still assigned to a server that is gone`);
    },
    async askAnew({ labels, assignee }) {
      const isOthers = (labels[labelNames.agent] ?? agent) !== agent;
      if (isOthers || assignee !== null)
        throw new Failure('OwnershipUnproven', `${name} is not free to go`);
    },
    end: () => cloud.deletePrimaryIp(id),
  });
}

export function addressesOf({ ipv4Id, ipv6Id }: ObservedServer): readonly string[] {
  return [ipv4Id, ipv6Id].filter((id) => id !== null);
}
