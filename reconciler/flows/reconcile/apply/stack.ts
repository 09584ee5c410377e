/**
 * Terraform's plans are judged here: one that would do more than its change asks for is not applied.
 * With it what an agent's change needs around it: its stack, its state, the lock of a dead run.
 */
import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import { outlivesLeases } from '../../../core/fleet/lock.ts';
import { agentStateKey, labelNames, type ObservedServer } from '../../../core/fleet/observed.ts';
import {
  expectationOf,
  type GateExpectation,
  gate,
  type PlannedResource,
} from '../../../core/stack/gate.ts';
import {
  type AgentStackInput,
  type AgentStackSpec,
  agentStackSpec,
  serverAddress,
} from '../../../core/stack/stack-spec.ts';
import { timeMs } from '../../../core/text/time.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { PlannedStack, StackRequest } from '../../../ports/stacks.ts';
import type { Attempt, Run } from './attempt.ts';
import { isGone } from './guard.ts';

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
 * A state that is locked while no other run may work on the agent: its run is dead where it left
 * its lease too, or where the lock is older than any lease. Any other lock is waited for.
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
    await releaseDeadLock(run, key, attempt.tookOver);
  }
}

/**
 * The server that an agent's state remembers; null where there is no state, or one without a server.
 */
export async function rememberedServer({ run, id }: { readonly run: Run; readonly id: string }) {
  const stored = await run.ports.states.read(agentStateKey(run.policy.fleet, id));
  const found = stored?.resources.find(({ address }) => address === serverAddress);
  return found?.id == null ? null : { id: found.id, tainted: found.tainted };
}

type Choice = AgentStackInput['choice'];
type Seeds = Pick<AgentStackInput, 'nonce' | 'created'> & Partial<AgentStackInput>;

/** The agent's stack. What a create alone needs is ignored by Terraform once the server exists. */
export function stackOf(attempt: Attempt, choice: Choice, seeds: Seeds): AgentStackSpec {
  const { subscription, customer } = attempt.agent.spec;
  return agentStackSpec({
    policy: attempt.run.policy,
    agent: attempt.id,
    subscription,
    customer,
    choice,
    userData: '#cloud-config\n',
    sshKeys: [],
    bootstrap: false,
    ...seeds,
  });
}

export function chosenOf(attempt: Attempt): Choice {
  const { chosen } = attempt.record();
  if (chosen === undefined)
    throw new Failure('OwnershipUnproven', 'what was chosen for its server is not recorded');
  return chosen;
}

/** Puts a server that exists right. It keeps the type that it is given with. */
export function updateStack(
  attempt: Attempt,
  server: ObservedServer,
  imports: StackRequest['imports'],
  chosen = chosenOf(attempt),
): Promise<readonly PlannedResource[]> {
  const label = Number(server.labels[labelNames.created]);
  const created = Number.isInteger(label) && label > 0 ? label : timeMs(server.created) / 1000;
  const nonce = attempt.record().server?.nonce ?? '';
  const stack = stackOf(attempt, chosen, { nonce, created: Math.floor(created) });
  return applyStack(attempt, {
    spec: { ...stack, server: { ...stack.server, serverType: server.serverType } },
    expect: expectationOf(attempt.change.kind, [server.id], imports.length > 0),
    imports,
  });
}

/**
 * What has to be imported before Terraform knows the server: nothing where its state remembers it. A
 * state that remembers it as a create that failed, which Terraform would replace, or one that is gone,
 * is removed first. Throws `GateRefused` where it remembers another server that is there.
 */
export async function importsFor(
  attempt: Attempt,
  server: ObservedServer,
): Promise<StackRequest['imports']> {
  const remembered = await rememberedServer(attempt);
  if (remembered?.id === server.id && !remembered.tainted) return [];
  if (remembered !== null) await removeState(attempt, server.id);
  return [{ address: serverAddress, id: server.id }];
}

/**
 * The agent's state goes once no server that it remembers is there, but for one that is imported again:
 * until then it is what a later try would find the rest by. What it remembers wrongly, Terraform would
 * change, forget or end.
 */
export async function removeState(attempt: Attempt, imported: string | null = null): Promise<void> {
  const { run, id } = attempt;
  const remembered = await rememberedServer(attempt);
  if (remembered !== null && remembered.id !== imported && !(await isGone(run, remembered.id, id)))
    throw new Failure(
      'GateRefused',
      `its state remembers server ${remembered.id}, which is there: \`aura state ${id}\` compares them`,
    );
  await run.ports.states.remove(agentStateKey(run.policy.fleet, id));
}
