/**
 * Creates a server: lease → vm → boot → configure → join → verify. A create whose answer was lost
 * is looked up by name and nonce, and never repeated.
 */
import { Failure } from '../../../core/failure.ts';
import { labelNames, type ObservedServer } from '../../../core/fleet/observed.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import { beginning, withCreate } from '../../../core/fleet/server-facts.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import { trustedCaKeys } from '../../../core/fleet/user-ca.ts';
import { expectationOf } from '../../../core/stack/gate.ts';
import { type AgentStackSpec, breakGlassName, userDataOf } from '../../../core/stack/stack-spec.ts';
import { type Attempt, agentIn, type Outcome, type Run } from './attempt.ts';
import { attemptChange } from './attempt-change.ts';
import { bringUp } from './bring-up.ts';
import { removeDevice, removeOwnDevice } from './device.ts';
import { isGone } from './guard.ts';
import { noteServer } from './own-server.ts';
import { firewallIds, missingFirewall } from './ssh-access.ts';
import { applyStack, rememberedServer, removeState, stackOf } from './stack.ts';

type Create = Change & { kind: 'create' };

export async function create(run: Run, change: Create): Promise<Outcome> {
  const { keys } = run.ports;
  const nonce = keys.newNonce();
  const hostKey = keys.newHostKey(agentIn(change));
  const seeded = { nonce, hostKey: hostKey.publicKey, chosen: change.choice };
  const cost = { monthly: change.monthlyCost, currency: run.currency };
  // A recorded server stays in the record until the new one exists.
  const prepare = (record: AgentRecord) =>
    record.server === undefined
      ? { ...withCreate(beginning(record, change.choice, hostKey.publicKey), seeded), cost }
      : withCreate(record, seeded);
  return attemptChange(run, change, { nonce: () => nonce, prepare }, async (attempt) => {
    await attempt.enter('vm');
    await proveAbsent(attempt);
    await forgetGoneState(attempt);
    const spec = await specOf(attempt, change, { nonce, hostKey });
    const server = await make(attempt, spec, { nonce, cost, oldDevice: change.oldDevice });
    await bringUp(attempt, server);
  });
}

/** The plan's listing lacked the server; its recorded id and its name are checked too. */
async function proveAbsent(attempt: Attempt): Promise<void> {
  const { cloud } = attempt.run.ports;
  const earlier = attempt.record().server?.id;
  // Not a failed attempt: the listing was incomplete.
  if (earlier !== undefined && !(await isGone(attempt.run, earlier, attempt.id)))
    throw new Failure('Superseded', `server ${earlier} exists although it was not listed`);
  const found =
    (await cloud.serverByName(attempt.id)) ??
    (await cloud.serversOf(attempt.run.policy.fleet, attempt.id)).find(
      ({ id }) => id !== earlier,
    ) ??
    null;
  if (found === null) return;
  const nonce = found.labels[labelNames.nonce];
  // The next run resumes it; no attempt is used up.
  if (attempt.record().creates?.some((one) => one.nonce === nonce))
    throw new Failure('Superseded', `server ${found.id} of an earlier create now exists`);
  throw new Failure('Conflict', `server ${found.id} has the agent's name but is not its own`);
}

/**
 * A create requires a state without a server: Terraform would change or forget it. A state is
 * removed first if its server is recorded or was destroyed by us, and is proven gone. Any other is
 * a copied, restored or foreign state, and is refused.
 */
async function forgetGoneState(attempt: Attempt): Promise<void> {
  const { id } = attempt;
  const remembered = await rememberedServer(attempt);
  if (remembered === null) return;
  const { server, destroyed } = attempt.record();
  if (server?.id !== remembered.id && !destroyed.some((one) => one.server === remembered.id))
    throw new Failure(
      'GateRefused',
      `its state remembers server ${remembered.id}, which is not recorded as its own: compare them with \`aura state ${id}\``,
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
  const { base } = await firewallIds(attempt);
  // Only the key that the policy names: any other key with our label could open every new server.
  const hasKey = policy.ssh.breakGlassPublicKey !== undefined;
  const sshKeys = hasKey ? await cloud.sshKeys(policy.fleet) : [];
  return stackOf(attempt, change.choice, {
    nonce: secrets.nonce,
    created: Math.floor((await cloud.now()) / 1000),
    userData: userDataOf({
      agent: attempt.id,
      caPublicKeys: trustedCaKeys(policy, keys.caPublicKey),
      hostPrivateKey: secrets.hostKey.privateKey,
      hostPublicKey: secrets.hostKey.publicKey,
    }),
    sshKeys: sshKeys.filter(({ name }) => name === breakGlassName(policy)).map(({ id }) => id),
    // By id: labels take effect seconds later, and where it does not exist nothing is created.
    firewalls: [base],
    bootstrap: true,
  });
}

/** Reads the server whatever Terraform reports: its output does not prove what it did. */
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
    // The lost server's device, while the record still names it; this frees the name.
    if (oldDevice !== undefined) await removeDevice(attempt, oldDevice);
    await removeOwnDevice(attempt);
    await noteServer(attempt, ours, nonce, { cost });
  }
  if (failure !== null) throw found === null ? await causeOf(attempt, failure) : failure;
  if (ours !== null) return ours;
  throw found === null
    ? new Failure('OutcomeUnknown', 'the server was created and cannot be found')
    : new Failure('Conflict', `server ${found.id} has the agent's name and another nonce`);
}

/** Hetzner's refusal to create a server behind a firewall that does not exist has its own reason. */
async function causeOf({ run }: Attempt, failure: unknown): Promise<unknown> {
  const missing = await missingFirewall(run.ports, run.policy).catch(() => null);
  return missing === null ? failure : new Failure('FirewallMissing', missing, { cause: failure });
}

/** Where this read fails too, the lease stays: the next run finds the server by its nonce. */
async function lookFor(attempt: Attempt, failure: unknown): Promise<ObservedServer | null> {
  try {
    return await attempt.run.ports.cloud.serverByName(attempt.id);
  } catch (cause) {
    const message = 'it is unknown whether the server was created';
    throw new Failure('OutcomeUnknown', message, { cause: failure ?? cause });
  }
}
