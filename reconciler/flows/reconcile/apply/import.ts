/**
 * Imports the recorded server of an agent into its Terraform state, as a person asks. With
 * `rebuild` it replaces an existing state. Lease, ownership checks and gate are those of a repair;
 * the plan after the import may only be empty or update.
 */
import type { AgentFile } from '../../../core/agent/agent.ts';
import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import { agentStateKey } from '../../../core/fleet/observed.ts';
import { type AgentRecord, effectHash } from '../../../core/fleet/recorded.ts';
import type { RunRef } from '../../../core/fleet/run.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import { filledByImport } from '../../../core/stack/gate.ts';
import { serverAddress } from '../../../core/stack/stack-spec.ts';
import type { ApplyPorts, Attempt, Outcome, StepEntered } from './attempt.ts';
import { attemptChange } from './attempt-change.ts';
import { onKnownServer } from './lease.ts';
import { ownedServer } from './own-server.ts';
import { releaseDeadLock, updateStack } from './stack.ts';

type ImportRequest = {
  readonly policy: Policy;
  readonly file: AgentFile & { readonly kind: 'valid' };
  readonly record: AgentRecord;
  /** whether an existing state is removed first */
  readonly rebuild: boolean;
  /** the run, as leases carry it */
  readonly run: RunRef;
  readonly because: string;
  onStep?(entered: StepEntered): void;
};

type Imported = {
  readonly outcome: Outcome;
  /** attributes of the server that differed and were repaired, sorted */
  readonly changed: readonly string[];
};

export async function importServer(ports: ApplyPorts, request: ImportRequest): Promise<Imported> {
  const { policy, file, record, rebuild } = request;
  const { server, chosen } = record;
  if (server === undefined || chosen === undefined)
    throw new Failure('NotFound', `the record of ${file.id} names no server to import`);
  const change: Change & { kind: 'repair' } = {
    kind: 'repair',
    agent: file.id,
    basis: { path: file.path, file: file.oid, record: effectHash(record) },
    because: request.because,
    server: server.id,
    drifts: ['state'],
  };
  const onStep = (entered: StepEntered) => request.onStep?.(entered);
  const currency = record.cost?.currency ?? '';
  // A repair takes no place of any limit.
  const unlimited = { serversSeen: 0, monthlyUnrecorded: 0 };
  const run = { ports, policy, ref: request.run, plan: null, currency, ...unlimited, onStep };
  await ports.processes.enter(request.run);
  let changed: readonly string[] = [];
  const outcome = await attemptChange(run, change, onKnownServer(run), async (attempt) => {
    await attempt.enter('state');
    const key = agentStateKey(policy.fleet, file.id);
    const found = await ownedServer(attempt, server.id);
    await makeRoom(attempt, key, rebuild);
    const imports = [{ address: serverAddress, id: server.id }];
    const effects = await updateStack(attempt, found, imports);
    // Attributes that no import can read are written each time, and did not differ.
    const differing = effects.flatMap((effect) => effect.changed);
    changed = [...new Set(differing)].filter((name) => !filledByImport.includes(name)).sort();
  });
  return { outcome, changed };
}

/** If this process dies after the removal, the next run finds no state and imports. */
async function makeRoom(attempt: Attempt, key: string, rebuild: boolean): Promise<void> {
  const { ports } = attempt.run;
  if ((await ports.states.list(key)).items.every((state) => state.key !== key)) return;
  if (!rebuild)
    throw new Failure('Conflict', 'the agent already has a state: compare it with `aura state`');
  await releaseDeadLock(attempt.run, key, attempt.tookOver);
  await ports.states.remove(key);
}
