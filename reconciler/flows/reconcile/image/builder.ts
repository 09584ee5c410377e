/**
 * Makes and ends a builder. Its lease precedes the create; the server is found again by the recorded
 * id, by its name or in its state, and is ended as any other server is.
 *
 * | the process dies                     | what is left                  | who ends it                  |
 * |--------------------------------------|-------------------------------|------------------------------|
 * | after the lease                      | a lease                       | a run, once `until` is over  |
 * | during or after the create           | a server with its nonce       | a run, found by its name     |
 * | after the snapshot                   | a server, and the image       | a run; the image is reused   |
 * | while it is ended                    | a lease, perhaps a state      | a run                        |
 */
import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import { type Builder, builderLabels } from '../../../core/fleet/builder.ts';
import type { ObservedServer } from '../../../core/fleet/observed.ts';
import { type AgentStackSpec, builderStateKey } from '../../../core/stack/stack-spec.ts';
import { timeMs } from '../../../core/text/time.ts';
import type { Ports } from '../../../ports/ports.ts';
import { addressesOf, destroyAddress, destroyServer } from '../apply/destroy-server.ts';
import { requireOwnership } from '../apply/guard.ts';
import { applyStack, serverInState } from '../apply/stack.ts';
import { dropBuilder, type LeasePorts, writeBuilder } from './builder-lease.ts';

export type BuilderPorts = LeasePorts & Pick<Ports, 'stacks' | 'states'>;
type BuilderWork = { readonly ports: BuilderPorts; readonly policy: Policy };

const lookEveryMs = 1500;
const looksMax = 40;

/** Creates the server under its lease, and waits until both firewalls apply to it. */
export async function makeBuilder(
  work: BuilderWork,
  builder: Builder,
  { spec, firewalls }: { readonly spec: AgentStackSpec; readonly firewalls: readonly string[] },
): Promise<ObservedServer> {
  await applyStack(
    { run: work, tookOver: false },
    { spec, expect: { allow: 'creates' }, imports: [] },
  );
  const server = await work.ports.cloud.serverByName(builder.name);
  if (server === null)
    throw new Failure('OutcomeUnknown', 'the builder was created and cannot be found');
  requireOwnership(ownershipOf(work, builder), server);
  await writeBuilder(work.ports, { ...builder, server: server.id });
  return behindFirewalls(work, server, firewalls);
}

async function behindFirewalls(
  { ports: { cloud, clock } }: BuilderWork,
  { id }: ObservedServer,
  firewalls: readonly string[],
): Promise<ObservedServer> {
  for (let looks = 1; looks <= looksMax; looks += 1) {
    const server = await cloud.server(id);
    if (server !== null && firewalls.every((one) => server.firewalls.includes(one))) return server;
    await clock.wait(lookEveryMs);
  }
  throw new Failure('VerifyFailed', `server ${id} is not behind the fleet's firewalls`);
}

/**
 * Ends the builder, and drops its lease. Where no server is found, the lease stays until it expires:
 * a create whose answer was lost may still appear.
 */
export async function endBuilder(work: BuilderWork, builder: Builder): Promise<boolean> {
  const { ports, policy } = work;
  const stateKey = builderStateKey(policy.fleet, builder);
  const id = await serverOf(work, builder);
  if (id === null && (await ports.cloud.now()) < timeMs(builder.until)) return false;
  const ended =
    id === null
      ? null
      : await destroyServer(work, {
          ...ownershipOf(work, builder),
          id,
          called: builder.name,
          // Like a server of an agent that never ran.
          kind: 'rollback',
          unprotect: null,
          stateKey,
          tookOver: true,
          async askAnew() {},
        });
  const of = { agent: '', wasEnded: (other: string) => other === id };
  for (const address of ended === null ? [] : addressesOf(ended))
    await destroyAddress(work, address, of);
  await ports.states.remove(stateKey);
  await dropBuilder(ports, builder);
  return true;
}

async function serverOf(work: BuilderWork, builder: Builder): Promise<string | null> {
  const { cloud } = work.ports;
  if (builder.server !== undefined) return builder.server;
  const named = await cloud.serverByName(builder.name);
  if (named !== null) return named.id;
  const state = await serverInState(work, builderStateKey(work.policy.fleet, builder));
  return state?.id ?? null;
}

function ownershipOf({ policy }: BuilderWork, builder: Builder) {
  const labels = builderLabels(policy.fleet, builder);
  return { name: `builder ${builder.name}`, labels, created: null };
}
