/**
 * Checks, once when apply starts, whether a server could be created now, and then configured and
 * joined to the tailnet. One that cannot be finished would be paid for and rolled back.
 */
import type { Policy } from '../../../core/agent/policy.ts';
import { asFailure, Failure } from '../../../core/failure.ts';
import { changeKinds, isChangeThat } from '../../../core/fleet/change-kinds.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import { refusalOfCa } from '../../../core/fleet/user-ca.ts';
import type { ApplyPorts } from './attempt.ts';

/** Whether the change needs a host that is configured or joined in this run. */
export function needsHost(change: Change): boolean {
  const makes = isChangeThat(change, 'makes') || isChangeThat(change, 'bringsUp');
  return makes || change.kind === 'configure';
}

export function needsTerraform(change: Change): boolean {
  return changeKinds[change.kind].gate !== null;
}

/** Why Terraform cannot run here; null if it can. */
export async function whyNoTerraform({
  stacks,
}: Pick<ApplyPorts, 'stacks'>): Promise<Failure | null> {
  return whyNot(stacks.ready);
}

type FinishPorts = Pick<ApplyPorts, 'configurator' | 'tailnet' | 'keys'>;

const heartbeatSecretMissing = 'policy.yaml has `heartbeats`, but AURA_HEARTBEAT_SECRET is not set';

/** Why no host can be finished now; null if it can. Throws only bugs. */
export async function whyNotFinishable(
  { configurator, tailnet, keys }: FinishPorts,
  policy: Policy,
): Promise<Failure | null> {
  const refusal = refusalOfCa(policy, keys.caPublicKey);
  if (refusal !== null) return new Failure('ToolMissing', refusal);
  if (policy.heartbeats !== undefined && !keys.givesHeartbeatKeys)
    return new Failure('ToolMissing', heartbeatSecretMissing);
  return whyNot(async () => {
    await configurator.ready();
    // The credentials are accepted, with the scope that the key of a join needs.
    await tailnet.keys(policy.fleet);
  });
}

async function whyNot(isReady: () => Promise<void>): Promise<Failure | null> {
  try {
    await isReady();
    return null;
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.errorClass === 'bug') throw thrown;
    if (failure.errorClass === 'transient' || failure.reason === 'ToolMissing') return failure;
    return new Failure('ToolMissing', failure.message, { cause: failure });
  }
}
