/**
 * The frame around every change of an agent: nothing is done on another basis than the plan's, no
 * effect comes before the claim, each step begins with a look at the stop and at the file, and
 * whatever happens is recorded. Apply never rolls back: it says what failed, frees the claim, and
 * the next tick decides.
 */
import { type Agent, type AgentId, parseAgentId } from '../core/agent.ts';
import { parseAgentFile } from '../core/agent-file.ts';
import { asFailure, Failure } from '../core/failure.ts';
import { agentStateKey } from '../core/observed.ts';
import type { Policy } from '../core/policy.ts';
import { atStep, claimed, failed, succeeded, superseded } from '../core/progress.ts';
import {
  type AgentRecord,
  type Claim,
  effectHash,
  newRecord,
  type Step,
} from '../core/recorded.ts';
import type { Change } from '../core/situation.ts';
import type { Ports } from '../ports.ts';
import { releaseDeadLock } from './stack.ts';

export type ApplyPorts = Pick<
  Ports,
  | 'billing'
  | 'state'
  | 'journal'
  | 'cloud'
  | 'tailnet'
  | 'states'
  | 'stacks'
  | 'configurator'
  | 'keys'
  | 'clock'
  | 'log'
>;

/** What one run works with. */
export type Run = {
  readonly ports: ApplyPorts;
  readonly policy: Policy;
  /** the workflow run that acts, as the Forge knows it */
  readonly id: string;
  /** of Hetzner's price list */
  readonly currency: string;
  onStep(entered: StepEntered): void;
};
export type StepEntered = {
  readonly agent: string;
  readonly change: Change['kind'];
  readonly step: Step;
  readonly at: string;
};

export type Outcome =
  | { readonly kind: 'done' }
  /** on another basis than the plan's: nothing was done */
  | { readonly kind: 'skipped'; readonly message: string }
  /** something else was asked for meanwhile, or a stop came: nothing was undone */
  | { readonly kind: 'superseded'; readonly message: string }
  | { readonly kind: 'failed'; readonly step: Step; readonly failure: Failure };

export type AgentChange = Exclude<Change, { kind: 'destroyOrphan' }>;

/** One agent under our claim. */
export type Attempt = {
  readonly run: Run;
  readonly id: AgentId;
  readonly agent: Agent;
  readonly change: AgentChange;
  /** whether a dead run's claim was there: what it held on to may be released */
  readonly tookOver: boolean;
  /** the record as this attempt knows it */
  record(): AgentRecord;
  /** Throws `Stopped` or `Superseded` where the step must not begin. */
  enter(step: Step): Promise<void>;
  /** The same look without a step: right before each destructive call. */
  mayGoOn(): Promise<void>;
  /** Writes a fact at once. */
  note(update: (record: AgentRecord, at: string) => AgentRecord): Promise<void>;
};

/** How a change begins: the name of its server's create, and what the record says from now on. */
export type Begin = {
  nonce(record: AgentRecord | null): string;
  prepare(record: AgentRecord): AgentRecord;
};

/** On the server that the record knows, or the one that an earlier claim was about. */
export function onKnownServer(run: Run): Begin {
  const fresh = run.ports.keys.newNonce();
  return {
    nonce: (record) => record?.server?.nonce ?? record?.claim?.nonce ?? fresh,
    prepare: (record) => record,
  };
}

export async function attemptChange(
  run: Run,
  change: AgentChange,
  begin: Begin,
  work: (attempt: Attempt) => Promise<void>,
): Promise<Outcome> {
  const id = agentIn(change);
  const stop = await stopReason(run);
  if (stop !== null) return { kind: 'superseded', message: stop };
  const agent = await agentOnBasis(run, change);
  if (agent === null)
    return { kind: 'skipped', message: 'its file has changed since it was planned' };
  const claim = await takeClaim(run, { id, agent, change }, begin);
  if (claim === null)
    return { kind: 'skipped', message: 'its record has changed since it was planned' };
  const attempt = openAttempt(run, { id, agent, change }, claim);
  const at = claim.record.claim?.since ?? '';
  run.onStep({ agent: id, change: change.kind, step: 'claim', at });
  try {
    if (attempt.tookOver) await releaseDeadLock(attempt, agentStateKey(run.policy.fleet, id));
    await work(attempt);
    await attempt.note((current, at) => succeeded(current, at));
    return { kind: 'done' };
  } catch (thrown) {
    return conclude(attempt, asFailure(thrown));
  }
}

export function agentIn(change: Pick<Change, 'agent'>): AgentId {
  const id = parseAgentId(change.agent);
  if (id === null) throw new Failure('Bug', `the plan names the agent ${change.agent}`);
  return id;
}

type Subject = { readonly id: AgentId; readonly agent: Agent; readonly change: AgentChange };

type Taken = {
  readonly record: AgentRecord;
  /** the claim of a dead run that was there before */
  readonly tookOver: boolean;
};

/** null where the record is no longer what the plan was made on. */
async function takeClaim(
  run: Run,
  { id, agent, change }: Subject,
  begin: Begin,
): Promise<Taken | null> {
  const { journal, cloud } = run.ports;
  const nowMs = await cloud.now();
  const leaseMs = run.policy.apply.leaseMinutes * 60_000;
  const { subscription, customer } = agent.spec;
  let tookOver = false;
  const decide = (current: AgentRecord | null): AgentRecord | null => {
    const nonce = begin.nonce(current);
    const own = { run: run.id, change: change.kind, nonce };
    // A push that landed while its answer was lost: the claim there is this one.
    if (current?.claim !== undefined && isSame(current.claim, own)) return current;
    if (effectHash(current) !== change.basis.record) return null;
    tookOver = current?.claim !== undefined;
    const base = begin.prepare(current ?? newRecord(id, subscription, customer));
    return claimed(base, own, nowMs, leaseMs);
  };
  const record = await journal.update(id, decide, 'now');
  return record === null ? null : { record, tookOver };
}

function openAttempt(run: Run, { id, agent, change }: Subject, taken: Taken): Attempt {
  const { journal, cloud } = run.ports;
  const own = taken.record.claim;
  let latest = taken.record;

  async function write(
    update: (record: AgentRecord) => AgentRecord,
    urgency: 'now' | 'soon',
  ): Promise<void> {
    const written = await journal.update(
      id,
      (current) => (current !== null && isOurs(current.claim, own) ? update(current) : null),
      urgency,
    );
    if (written === null) throw new Failure('Superseded', 'another run has taken the agent over');
    latest = written;
  }

  async function mayGoOn(): Promise<void> {
    const stop = await stopReason(run);
    if (stop !== null) throw new Failure('Stopped', stop);
    const file = await fileOid(run, change.basis.path);
    if (file !== change.basis.file)
      throw new Failure('Superseded', 'its file changed while it was worked on');
  }

  return {
    run,
    id,
    agent,
    change,
    tookOver: taken.tookOver,
    record: () => latest,
    mayGoOn,
    async enter(step) {
      await mayGoOn();
      const at = await timeOf(cloud);
      // A step alone can wait for company: what was done is written by the facts that follow it.
      await write((record) => atStep(record, step, at), 'soon');
      run.onStep({ agent: id, change: change.kind, step, at });
    },
    async note(update) {
      const at = await timeOf(cloud);
      await write((record) => update(record, at), 'now');
    },
  };
}

async function conclude(attempt: Attempt, failure: Failure): Promise<Outcome> {
  const step = attempt.record().claim?.step ?? 'claim';
  const ended = failure.reason === 'Superseded' || failure.reason === 'Stopped';
  const outcome: Outcome = ended
    ? { kind: 'superseded', message: failure.message }
    : { kind: 'failed', step, failure };
  // What is unknown stays under the claim: its nonce is what the next tick finds the server by.
  if (failure.reason === 'OutcomeUnknown') return outcome;
  const { log } = attempt.run.ports;
  try {
    await attempt.note((record, at) =>
      ended ? superseded(record, failure, at) : failed(record, failure, at),
    );
  } catch (error) {
    log.error({ agent: attempt.id, error }, 'the end of an attempt could not be recorded');
  }
  return outcome;
}

function isSame(claim: Claim, own: Pick<Claim, 'run' | 'change' | 'nonce'>): boolean {
  return claim.run === own.run && claim.change === own.change && claim.nonce === own.nonce;
}

function isOurs(claim: Claim | undefined, own: Claim | undefined): boolean {
  return claim !== undefined && claim.run === own?.run && claim.since === own.since;
}

/** A stop that cannot be read counts as stop. */
export async function stopReason({
  ports,
}: {
  readonly ports: Pick<Ports, 'state' | 'log'>;
}): Promise<string | null> {
  try {
    const reason = await ports.state.stop();
    return reason === null ? null : `stopped: ${reason}`;
  } catch (error) {
    ports.log.warn({ error }, 'the stop ref could not be read; it counts as stop');
    return 'the stop ref could not be read';
  }
}

/** The blob of a path at the remote's tip; null where there is none. */
export async function fileOid({ ports }: Pick<Run, 'ports'>, path: string): Promise<string | null> {
  const snapshot = await ports.state.fetch('main');
  return (await snapshot?.read(path))?.oid ?? null;
}

async function agentOnBasis({ ports }: Run, { basis }: AgentChange): Promise<Agent | null> {
  const snapshot = await ports.state.fetch('main');
  const file = (await snapshot?.read(basis.path)) ?? null;
  if (file === null || file.oid !== basis.file) return null;
  const parsed = parseAgentFile({ path: basis.path, oid: file.oid, text: file.text });
  return parsed.kind === 'valid' ? parsed.agent : null;
}

async function timeOf(cloud: ApplyPorts['cloud']): Promise<string> {
  return new Date(await cloud.now()).toISOString();
}
