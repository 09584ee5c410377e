/**
 * Runs one change of one agent under its lease. The change is skipped where its basis differs from
 * the plan's. The lease precedes the first effect, each step checks the stop and the agent's file
 * first, and the outcome is recorded. Apply never rolls back: it records the failure and releases
 * the lease, and the next run decides.
 */
import type { AgentId } from '../../../core/agent/agent.ts';
import { canonicalJson } from '../../../core/agent/digest.ts';
import { asFailure, Failure } from '../../../core/failure.ts';
import { atStep, failed, succeeded, superseded } from '../../../core/fleet/progress.ts';
import type { AgentRecord, Lease } from '../../../core/fleet/recorded.ts';
import { timeMs } from '../../../core/text/time.ts';
import { agentFileAt, recordAt } from '../../../ports/at-snapshot.ts';
import { lookFirst } from '../../shared/look-first.ts';
import { lookAtRemote, mainUnlessStopped } from '../../shared/read-remote.ts';
import {
  type AgentChange,
  type ApplyPorts,
  type Attempt,
  agentIn,
  type Outcome,
  type Run,
} from './attempt.ts';
import { type Begin, isOurs, type Subject, type Taken, takeLease } from './lease.ts';
import { knowServer } from './own-server.ts';
import { leaveClosed } from './ssh-access.ts';
import { endDeadRun } from './take-over.ts';

export async function attemptChange(
  run: Run,
  change: AgentChange,
  begin: Begin,
  work: (attempt: Attempt) => Promise<void>,
): Promise<Outcome> {
  const id = agentIn(change);
  const remote = await lookAtRemote(run.ports);
  if (remote.kind === 'stopped') return { kind: 'superseded', message: remote.why };
  const file = await agentFileAt(remote.main, change.basis.path);
  if (file?.kind !== 'valid' || file.oid !== change.basis.file)
    return { kind: 'skipped', message: 'its file has changed since it was planned' };
  const { agent } = file;
  const lease = await takeLease(run, { id, agent, change }, begin);
  if (lease.kind === 'skipped') return lease;
  const attempt = openAttempt(run, { id, agent, change }, lease);
  const at = lease.record.lease?.since ?? '';
  run.onStep({ agent: id, change: change.kind, step: 'lease', at });
  try {
    if (lease.dead !== null) await endDeadRun(attempt, lease.dead);
    await knowServer(attempt);
    await work(attempt);
    await attempt.note((current, at) => succeeded(current, at));
    return { kind: 'done' };
  } catch (thrown) {
    return conclude(attempt, asFailure(thrown));
  }
}

function openAttempt(run: Run, { id, agent, change }: Subject, taken: Taken): Attempt {
  const { journal, cloud } = run.ports;
  const own = taken.record.lease;
  let latest = taken.record;

  async function write(
    update: (record: AgentRecord, records: readonly AgentRecord[]) => AgentRecord,
    urgency: 'now' | 'soon' | 'among',
  ): Promise<void> {
    let sent: AgentRecord | null = null;
    const decide = (
      current: AgentRecord | null,
      records: readonly AgentRecord[] = [],
    ): AgentRecord | null => {
      // The push succeeded but its answer was lost; the record may already be without the lease.
      if (current !== null && sent !== null && canonicalJson(current) === canonicalJson(sent))
        return current;
      if (current === null || !isOurs(current.lease, own)) return null;
      sent = update(current, records);
      return sent;
    };
    const written =
      urgency === 'among'
        ? await journal.updateAmong(id, decide)
        : await journal.update(id, decide, urgency);
    if (written === null) throw new Failure('Superseded', 'another run has taken the agent over');
    latest = written;
  }

  async function mayBegin(): Promise<void> {
    const main = await mainUnlessStopped(run.ports);
    const oid = (await main.read(change.basis.path))?.oid ?? null;
    if (oid !== change.basis.file)
      throw new Failure('Superseded', 'its file changed during the attempt');
    // Another run may have taken over where this machine was suspended, as a laptop is.
    if (own !== undefined && (await cloud.now()) >= timeMs(own.until))
      throw new Failure('Superseded', `its lease expired at ${own.until}`);
  }

  const { ports, unheld, look } = lookFirst(run.ports, mayBegin);
  return {
    run: { ...run, ports },
    unheld,
    id,
    agent,
    change,
    tookOver: taken.dead !== null,
    record: () => latest,
    mayGoOn: look,
    holdsLease: () => holdsLease(run, id, own),
    async enter(step) {
      await look();
      const at = await timeOf(cloud);
      // A step by itself need not be pushed at once: the next fact is pushed with it.
      await write((record) => atStep(record, step, at), 'soon');
      run.onStep({ agent: id, change: change.kind, step, at });
    },
    async note(update) {
      const at = await timeOf(cloud);
      await write((record) => update(record, at), 'now');
    },
    noteAmong: (update) => write(update, 'among'),
  };
}

async function holdsLease({ ports }: Run, id: AgentId, own: Lease | undefined): Promise<boolean> {
  try {
    const record = await recordAt(await ports.state.fetch('status'), id);
    return isOurs(record?.lease, own);
  } catch (error) {
    ports.log.warn({ agent: id, error }, 'its lease could not be read');
    return true;
  }
}

async function conclude(attempt: Attempt, failure: Failure): Promise<Outcome> {
  const step = attempt.record().lease?.step ?? 'lease';
  const ended = failure.reason === 'Superseded' || failure.reason === 'Stopped';
  const outcome: Outcome = ended
    ? { kind: 'superseded', message: failure.message }
    : { kind: 'failed', step, failure };
  // The lease stays: the next run can find the server only by the nonce in it.
  const unknown = failure.reason === 'OutcomeUnknown' && attempt.record().server === undefined;
  if (unknown) return outcome;
  await leaveClosed(attempt);
  const { log } = attempt.run.ports;
  try {
    await attempt.note((record, at) =>
      ended ? superseded(record, failure, at) : failed(record, failure, at),
    );
  } catch (error) {
    log.error({ agent: attempt.id, error }, 'the outcome of an attempt could not be recorded');
  }
  return outcome;
}

async function timeOf(cloud: ApplyPorts['cloud']): Promise<string> {
  return new Date(await cloud.now()).toISOString();
}
