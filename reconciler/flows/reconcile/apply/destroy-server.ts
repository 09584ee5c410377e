/**
 * Destroys a server: lifts its protection, applies Terraform, deletes by API only if the server
 * still exists, then deletes its addresses. The guard says who asked for it and what must hold.
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
import type { Work } from './attempt.ts';
import { destroyPart, type Guard, isGone, prove } from './guard.ts';
import { applyStack, serverInState } from './stack.ts';

export type ServerGuard = Guard<ObservedServer> & {
  readonly id: string;
  /** the change that destroys the server */
  readonly kind: ChangeKind;
  /** the name that must no longer lead to the server */
  readonly called: string;
  /** null for a rollback: a server that ran is protected, and stays so */
  readonly unprotect: ((server: ObservedServer) => Promise<void>) | null;
  /** key of the state that Terraform destroys the server by; null where no state has it */
  readonly stateKey: string | null;
  /** whether a dead run's lock on that state is released at once */
  readonly tookOver: boolean;
};

/** The server as it was before its deletion; null where it was already gone. */
export async function destroyServer(run: Work, guard: ServerGuard): Promise<ObservedServer | null> {
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
    throw new Failure('OutcomeUnknown', `${name} still exists after its deletion`);
  return before;
}

/** The server, checked against its guard; null where it is gone. */
export async function guardedServer(
  { ports }: Work,
  guard: ServerGuard,
): Promise<ObservedServer | null> {
  const server = await ports.cloud.server(guard.id);
  if (server !== null) await prove(guard, server);
  return server;
}

async function endByTerraform(
  run: Work,
  { id, kind, stateKey, tookOver }: ServerGuard,
): Promise<void> {
  if (stateKey === null) return;
  const spec = emptyStackSpec(run.policy, stateKey);
  // A state of another server proves nothing here, and that server must not be destroyed.
  if ((await serverInState(run, stateKey))?.id !== id) return;
  const expect = expectationOf(kind, [id]);
  await applyStack({ run, tookOver }, { spec, expect, imports: [] });
}

/** A failed deletion is checked by reading the server: a lost answer is no failure. */
async function goneAfter(
  { ports }: Work,
  { id, name }: ServerGuard,
  end: () => Promise<void>,
): Promise<void> {
  try {
    await end();
  } catch (failure) {
    // `NotFound` from an action is as reliable as a GET, which may be stale.
    const isThere = !isFailure(failure, 'NotFound') && (await ports.cloud.server(id)) !== null;
    if (isThere) throw failure;
    ports.log.warn({ failure }, `${name} is gone although its deletion failed`);
  }
}

const addressLooksMax = 10;
const addressLookEveryMs = 2000;

/**
 * Deletes an address of destroyed servers. Hetzner unassigns it some seconds after its server is
 * gone. An address of another agent, or one that is assigned to another server, stays.
 */
export function destroyAddress(
  { ports: { cloud, clock } }: Work,
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
      throw new Failure('Locked', `${name} is still assigned to a deleted server`);
    },
    async askAnew({ labels, assignee }) {
      const isOthers = (labels[labelNames.agent] ?? agent) !== agent;
      if (isOthers || assignee !== null)
        throw new Failure('OwnershipUnproven', `${name} belongs to another agent or is assigned`);
    },
    end: () => cloud.deletePrimaryIp(id),
  });
}

export function addressesOf({ ipv4Id, ipv6Id }: ObservedServer): readonly string[] {
  return [ipv4Id, ipv6Id].filter((id) => id !== null);
}
