/**
 * Makes a server: lease → vm → boot → configure → join → verify. What became of a create whose
 * answer was lost is found out by looking, by name and nonce, never by trying again.
 */
import { Failure } from '../../../core/failure.ts';
import { labelNames, type ObservedServer } from '../../../core/fleet/observed.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import { beginning, withCreate } from '../../../core/fleet/server-facts.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import { expectationOf } from '../../../core/stack/gate.ts';
import { type AgentStackSpec, breakGlassName, userDataOf } from '../../../core/stack/stack-spec.ts';
import { type Attempt, agentIn, type Outcome, type Run } from './attempt.ts';
import { attemptChange } from './attempt-change.ts';
import { bringUp } from './bring-up.ts';
import { removeDevice, removeOwnDevice } from './device.ts';
import { isGone } from './guard.ts';
import { noteServer } from './own-server.ts';
import { requireFirewalls } from './ssh-access.ts';
import { applyStack, rememberedServer, removeState, stackOf } from './stack.ts';

type Create = Change & { kind: 'create' };

export async function create(run: Run, change: Create): Promise<Outcome> {
  const { keys } = run.ports;
  const nonce = keys.newNonce();
  const hostKey = keys.newHostKey(agentIn(change));
  const seeded = { nonce, hostKey: hostKey.publicKey, chosen: change.choice };
  const cost = { monthly: change.monthlyCost, currency: run.currency };
  // A server that is recorded is not forgotten before the new one is there.
  const prepare = (record: AgentRecord) =>
    record.server === undefined
      ? { ...withCreate(beginning(record, change.choice, hostKey.publicKey), seeded), cost }
      : withCreate(record, seeded);
  return attemptChange(run, change, { nonce: () => nonce, prepare }, async (attempt) => {
    await attempt.enter('vm');
    await requireFirewalls(attempt);
    await proveAbsent(attempt);
    await forgetGoneState(attempt);
    const spec = await specOf(attempt, change, { nonce, hostKey });
    const server = await make(attempt, spec, { nonce, cost, oldDevice: change.oldDevice });
    await bringUp(attempt, server);
  });
}

/** Not in a complete listing, as the plan saw; and not under the recorded id nor the name either. */
async function proveAbsent(attempt: Attempt): Promise<void> {
  const { cloud } = attempt.run.ports;
  const earlier = attempt.record().server?.id;
  // Nothing failed and no attempt is used up: the listing was no basis for a create.
  if (earlier !== undefined && !(await isGone(attempt.run, earlier, attempt.id)))
    throw new Failure('Superseded', `server ${earlier} is there although the listing lacked it`);
  const found =
    (await cloud.serverByName(attempt.id)) ??
    (await cloud.serversOf(attempt.run.policy.fleet, attempt.id)).find(
      ({ id }) => id !== earlier,
    ) ??
    null;
  if (found === null) return;
  const nonce = found.labels[labelNames.nonce];
  // One of an earlier create came since: the next run brings it up, and no attempt is used up.
  if (attempt.record().creates?.some((one) => one.nonce === nonce))
    throw new Failure('Superseded', `server ${found.id} of an earlier create is there by now`);
  throw new Failure('Conflict', `server ${found.id} has the agent's name and is not its own`);
}

/**
 * A create expects a state that remembers no server: what one remembers, Terraform would change or
 * forget. Only a server that is recorded, or that we ended ourselves, and that is proven gone may be
 * remembered; then the state goes first. Anything else is a copied, restored or foreign state.
 */
async function forgetGoneState(attempt: Attempt): Promise<void> {
  const { id } = attempt;
  const remembered = await rememberedServer(attempt);
  if (remembered === null) return;
  const { server, destroyed } = attempt.record();
  if (server?.id !== remembered.id && !destroyed.some((one) => one.server === remembered.id))
    throw new Failure(
      'GateRefused',
      `its state remembers server ${remembered.id}, which is not recorded as its own: \`aura state ${id}\` compares them`,
    );
  await removeState(attempt);
}

async function specOf(
  attempt: Attempt,
  change: Create,
  secrets: { nonce: string; hostKey: { privateKey: string; publicKey: string } },
): Promise<AgentStackSpec> {
  const { cloud, keys } = attempt.run.ports;
  const { policy } = attempt.run;
  const sshKeys = await cloud.sshKeys(policy.fleet);
  return stackOf(attempt, change.choice, {
    nonce: secrets.nonce,
    created: Math.floor((await cloud.now()) / 1000),
    userData: userDataOf({
      agent: attempt.id,
      caPublicKey: keys.caPublicKey,
      hostPrivateKey: secrets.hostKey.privateKey,
      hostPublicKey: secrets.hostKey.publicKey,
    }),
    // Only the key that the policy names: a stray one with our label would open every new server.
    sshKeys: sshKeys.filter(({ name }) => name === breakGlassName(policy)).map(({ id }) => id),
    bootstrap: true,
  });
}

/** Looks whatever Terraform said: its text is no proof of what it did. */
async function make(
  attempt: Attempt,
  spec: AgentStackSpec,
  {
    nonce,
    cost,
    oldDevice,
  }: {
    readonly cost: NonNullable<AgentRecord['cost']>;
    readonly nonce: string;
    readonly oldDevice: string | undefined;
  },
): Promise<ObservedServer> {
  let failure: unknown = null;
  try {
    await applyStack(attempt, { spec, expect: expectationOf('create'), imports: [] });
  } catch (thrown) {
    failure = thrown;
  }
  const found = await lookFor(attempt, failure);
  const ours = found !== null && found.labels[labelNames.nonce] === nonce ? found : null;
  if (ours !== null) {
    // While the record still names what the lost server left; its name is free for the new one then.
    if (oldDevice !== undefined) await removeDevice(attempt, oldDevice);
    await removeOwnDevice(attempt);
    await noteServer(attempt, ours, nonce, { cost });
  }
  if (failure !== null) throw failure;
  if (ours !== null) return ours;
  throw found === null
    ? new Failure('OutcomeUnknown', 'the server was made and cannot be found')
    : new Failure('Conflict', `server ${found.id} has the agent's name and is not this one`);
}

/** Where even the look fails, the lease stays: the next run finds the server by its nonce. */
async function lookFor(attempt: Attempt, failure: unknown): Promise<ObservedServer | null> {
  try {
    return await attempt.run.ports.cloud.serverByName(attempt.id);
  } catch (cause) {
    const message = 'whether the server was made could not be found out';
    throw new Failure('OutcomeUnknown', message, { cause: failure ?? cause });
  }
}
