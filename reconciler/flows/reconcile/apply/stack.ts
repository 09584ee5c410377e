/**
 * Plans and applies stacks: a plan that does more than its change asks for is refused. Also an
 * agent's state, and locks of dead runs.
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
import type { Attempt, Work } from './attempt.ts';
import { isGone } from './guard.ts';

/** A stack, and what Terraform may change in it. */
export type StackChange = StackRequest & { readonly expect: GateExpectation };

/** The resources that Terraform changed. */
export async function applyStack(
  { run, tookOver }: { readonly run: Work; readonly tookOver: boolean },
  change: StackChange,
): Promise<readonly PlannedResource[]> {
  await releaseDeadLock(run, change.spec.stateKey, tookOver);
  return applyGated(run.ports.stacks, change);
}

/** The same without an agent's lease. */
export async function applyGated(
  stacks: Ports['stacks'],
  { expect, ...request }: StackChange,
): Promise<readonly PlannedResource[]> {
  await using planned = await stacks.plan(request);
  const effects = permitted(planned, expect);
  if (effects.length > 0) await stacks.apply(planned);
  return effects;
}

/** The effects of a plan. Throws `GateRefused` where they exceed the request. */
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
 * Releases a lock whose run is dead by its lease or its age; throws `StateLocked` for any other.
 */
export async function releaseDeadLock(
  { ports, policy }: LockWork,
  stateKey: string,
  tookOver: boolean,
): Promise<void> {
  const { stacks, cloud, log } = ports;
  const lock = await stacks.lock(stateKey);
  if (lock === null) return;
  // By the clock that all runs share: a machine's own may be hours fast.
  const dead = tookOver || outlivesLeases(lock, policy, await cloud.now());
  if (!dead)
    throw new Failure('StateLocked', `the state is locked by ${lock.who} since ${lock.created}`);
  log.warn({ stateKey, lock }, 'releases the lock of a dead run');
  await stacks.unlock(stateKey, lock.id);
}

/** Locks of all of this agent's states. */
export async function releaseDeadLocks(attempt: Attempt): Promise<void> {
  const { run, id } = attempt;
  const prefix = `${run.policy.fleet}/agents/${id}/`;
  for (const key of await run.ports.states.lockedKeys(prefix)) {
    await releaseDeadLock(run, key, attempt.tookOver);
  }
}

/** The server in an agent's state; null where there is no state, or no server in it. */
export function rememberedServer({ run, id }: { readonly run: Work; readonly id: string }) {
  return serverInState(run, agentStateKey(run.policy.fleet, id));
}

/** The same for any state of one server. */
export async function serverInState({ ports }: Work, stateKey: string) {
  const stored = await ports.states.read(stateKey);
  const found = stored?.resources.find(({ address }) => address === serverAddress);
  return found?.id == null ? null : { id: found.id, tainted: found.tainted };
}

type Choice = AgentStackInput['choice'];
type Seeds = Pick<AgentStackInput, 'nonce' | 'created'> & Partial<AgentStackInput>;

/** The agent's stack. Terraform ignores what only a create needs once the server exists. */
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
    firewalls: [],
    bootstrap: false,
    ...seeds,
  });
}

export function chosenOf(attempt: Attempt): Choice {
  const { chosen } = attempt.record();
  if (chosen === undefined)
    throw new Failure('OwnershipUnproven', 'the choice for its server is not recorded');
  return chosen;
}

/** Updates an existing server. It keeps the type in `server`. */
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
 * The imports that Terraform needs for the server: none where its state has it. A state is removed
 * first where it has the server as a failed create, which Terraform would replace, or has one that
 * is gone. Throws `GateRefused` where it has another existing server.
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
 * Removes the agent's state. Throws `GateRefused` while a server in it exists, except one that is
 * imported again: a later run finds the rest by it. Terraform would change or destroy what a wrong
 * state has.
 */
export async function removeState(attempt: Attempt, imported: string | null = null): Promise<void> {
  const { run, id } = attempt;
  const remembered = await rememberedServer(attempt);
  if (remembered !== null && remembered.id !== imported && !(await isGone(run, remembered.id, id)))
    throw new Failure(
      'GateRefused',
      `its state remembers server ${remembered.id}, which exists: compare them with \`aura state ${id}\``,
    );
  await run.ports.states.remove(agentStateKey(run.policy.fleet, id));
}
