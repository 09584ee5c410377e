/**
 * Terraform's plans are judged here: one that would do more than its change asks for is not applied.
 * With it what an agent's change needs around it: its stack, its state, the lock of a dead run.
 */

import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import { outlivesLeases } from '../../../core/fleet/lock.ts';
import { labelNames, type ObservedServer } from '../../../core/fleet/observed.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import {
  filledByImport,
  type GateExpectation,
  gate,
  type PlannedResource,
} from '../../../core/stack/gate.ts';
import {
  type AgentStackSpec,
  agentStackSpec,
  serverAddress,
} from '../../../core/stack/stack-spec.ts';
import { timeMs } from '../../../core/text/time.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { PlannedStack, StackRequest } from '../../../ports/stacks.ts';
import type { Attempt } from './attempt.ts';

/** What a stack is to become, and what of it Terraform may do for that. */
export type StackChange = StackRequest & { readonly expect: GateExpectation };

/** What Terraform has changed. */
export async function applyStack(
  { run, tookOver }: Pick<Attempt, 'run' | 'tookOver'>,
  change: StackChange,
): Promise<readonly PlannedResource[]> {
  await releaseDeadLock(run, change.spec.stateKey, tookOver);
  return applyGated(run.ports.stacks, change);
}

/** The same where no agent's lease stands behind it. */
export async function applyGated(
  stacks: Ports['stacks'],
  { expect, ...request }: StackChange,
): Promise<readonly PlannedResource[]> {
  await using planned = await stacks.plan(request);
  const effects = permitted(planned, expect);
  if (effects.length > 0) await stacks.apply(planned);
  return effects;
}

/** What a plan would do. Throws `GateRefused` where that is more than was asked for. */
export function permitted(
  { resources }: PlannedStack,
  expect: GateExpectation,
): readonly PlannedResource[] {
  const verdict = gate(expect, resources);
  if (verdict.kind === 'refused') throw new Failure('GateRefused', verdict.reasons.join('; '));
  return verdict.effects;
}

type LockWork = {
  readonly ports: Pick<Ports, 'stacks' | 'cloud' | 'log'>;
  readonly policy: Policy;
};

/**
 * A state that is locked while nobody but us may work on the agent: its run is dead where it left
 * its claim too, or where the lock is older than any lease. Anybody else's is waited for.
 */
export async function releaseDeadLock(
  { ports, policy }: LockWork,
  stateKey: string,
  tookOver: boolean,
): Promise<void> {
  const { stacks, cloud, log } = ports;
  const lock = await stacks.lock(stateKey);
  if (lock === null) return;
  // By the clock that all runs share: one machine's may be hours fast.
  const dead = tookOver || outlivesLeases(lock, policy, await cloud.now());
  if (!dead)
    throw new Failure('StateLocked', `the state is locked by ${lock.who} since ${lock.created}`);
  log.warn({ stateKey, lock }, 'releases the lock of a dead run');
  await stacks.unlock(stateKey, lock.id);
}

/** Locks of this agent's states, whichever of them a dead run was at. */
export async function releaseDeadLocks(attempt: Attempt): Promise<void> {
  const { run, id } = attempt;
  const prefix = `${run.policy.fleet}/agents/${id}/`;
  for (const key of await run.ports.states.lockedKeys(prefix)) {
    await attempt.mayGoOn();
    await releaseDeadLock(run, key, attempt.tookOver);
  }
}

/** What an update of one existing server may change, and what an import of it has to fill in. */
export function updatesOf(
  server: Pick<ObservedServer, 'id'>,
  attributes: readonly string[],
  imports: StackRequest['imports'],
): GateExpectation {
  const filled = imports.length > 0 ? filledByImport : [];
  return { allow: 'updates', ids: [server.id], attributes: [...attributes, ...filled] };
}

/** The server that the agent's state remembers; null where it has no state, or one without a server. */
export async function rememberedServer(
  attempt: Attempt,
  stateKey: string,
): Promise<{ readonly id: string; readonly tainted: boolean } | null> {
  const stored = await attempt.run.ports.states.read(stateKey);
  const found = stored?.resources.find(({ address }) => address === serverAddress);
  return found?.id == null ? null : { id: found.id, tainted: found.tainted };
}

/**
 * The stack of a server that exists, of the type that it has: only a resize gives it another. What
 * creation alone needs is ignored by Terraform then.
 */
export function existingStack(
  attempt: Attempt,
  server: ObservedServer,
  chosen: NonNullable<AgentRecord['chosen']>,
): AgentStackSpec {
  const { subscription, customer } = attempt.agent.spec;
  const label = Number(server.labels[labelNames.created]);
  const created = Number.isInteger(label) && label > 0 ? label : timeMs(server.created) / 1000;
  const spec = agentStackSpec({
    policy: attempt.run.policy,
    agent: attempt.id,
    subscription,
    customer,
    choice: chosen,
    nonce: attempt.record().server?.nonce ?? '',
    created: Math.floor(created),
    userData: '#cloud-config\n',
    sshKeys: [],
    bootstrap: false,
  });
  return { ...spec, server: { ...spec.server, serverType: server.serverType } };
}

/** The same once it is of the type that was chosen. */
export function resizedStack(
  attempt: Attempt,
  server: ObservedServer,
  chosen: NonNullable<AgentRecord['chosen']>,
): AgentStackSpec {
  return existingStack(attempt, { ...server, serverType: chosen.serverType }, chosen);
}

/**
 * What has to be imported before Terraform knows the server: nothing where its state remembers it. A
 * state that remembers it as a create that failed, which Terraform would replace, or one that is gone,
 * is removed first. Throws `GateRefused` where it remembers another server that is there.
 */
export async function importsFor(
  attempt: Attempt,
  stateKey: string,
  server: ObservedServer,
): Promise<StackRequest['imports']> {
  const { cloud, states } = attempt.run.ports;
  const remembered = await rememberedServer(attempt, stateKey);
  if (remembered?.id === server.id && !remembered.tainted) return [];
  if (remembered !== null) {
    if (remembered.id !== server.id && (await cloud.server(remembered.id)) !== null)
      throw new Failure(
        'GateRefused',
        `its state remembers server ${remembered.id}, not ${server.id}`,
      );
    await attempt.mayGoOn();
    await states.remove(stateKey);
  }
  return [{ address: serverAddress, id: server.id }];
}
