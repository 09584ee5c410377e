/**
 * Reads what a customer may see of one agent: its file from `main`, its record from `status`.
 *
 * The tips of the branches are asked for at most every few seconds, whoever asks and however often:
 * a page that many people reload is no reason to call the git server more often than that.
 */
import { parseDocument } from 'yaml';
import { type AgentFile, type AgentId, agentPath } from '../core/desired/agent.ts';
import { parseAgentFile } from '../core/desired/agent-file.ts';
import { type Policy, parsePolicy } from '../core/desired/policy.ts';
import { Failure } from '../core/failure.ts';
import { type AgentStatusView, agentStatus } from '../core/report/agent-status.ts';
import { type Place, placeInQueue } from '../core/report/place-in-queue.ts';
import { recordIn } from '../core/world/record-file.ts';
import type { AgentRecord } from '../core/world/recorded.ts';
import type { Clock, DesiredState, Ports, Snapshot } from '../ports.ts';

export type StatusPorts = Pick<Ports, 'state' | 'journal' | 'clock'>;

export type StatusReader = {
  /** null where the agent has neither a file nor a record */
  read(id: AgentId): Promise<AgentStatusView | null>;
  /** `spec.linkEpoch` of the agent's file, 0 where it says nothing; null where it is not known. */
  epochOf(id: AgentId): Promise<number | null>;
};

/** How old a tip may be before it is asked for again. */
const tipAgeMsMax = 2000;

/** One look, for a command; what serves many keeps a reader. */
export function readAgentStatus(ports: StatusPorts, id: AgentId): Promise<AgentStatusView | null> {
  return createStatusReader(ports).read(id);
}

export function createStatusReader(ports: StatusPorts): StatusReader {
  const { state, clock, journal } = ports;
  const main = createTip(() => state.fetch('main'), clock);
  const status = createTip(() => state.fetch('status'), clock);
  const records = createTip(() => journal.read(), clock);

  /** Everybody's records are read only for somebody who waits in the queue. */
  async function placeOf(id: AgentId, record: AgentRecord | null): Promise<Place | null> {
    const deferred = record?.conditions.some(({ type }) => type === 'Deferred') === true;
    if (!deferred) return null;
    const all = (await records()).records;
    return placeInQueue(
      all.flatMap((one) => (one.kind === 'valid' ? [one.record] : [])),
      id,
    );
  }

  return {
    async read(id) {
      const [asked, done] = await Promise.all([main(), status()]);
      const [file, record, policy] = await Promise.all([
        fileOf(asked, id),
        recordOf(done, id),
        policyOf(asked),
      ]);
      // Saying `queued` of an agent that runs would not be so.
      if (done === null && file !== null)
        throw new Failure('UnexpectedAnswer', 'there is no branch status', { fate: 'stalled' });
      const place = await placeOf(id, record);
      return agentStatus({
        id,
        file: file?.parsed ?? null,
        record,
        policy,
        nowMs: clock.now(),
        ...(place === null ? {} : { deferral: place }),
      });
    },
    async epochOf(id) {
      const file = await fileOf(await main(), id);
      if (file === null) return lastEpochOf(state, id);
      const { parsed } = file;
      return parsed.kind === 'valid' ? (parsed.agent.spec.linkEpoch ?? 0) : epochIn(file.text);
    },
  };
}

type FileRead = { readonly parsed: AgentFile; readonly text: string };

async function fileOf(snapshot: Snapshot | null, id: AgentId): Promise<FileRead | null> {
  const path = agentPath(id);
  const file = snapshot === null ? null : await snapshot.read(path);
  return file === null ? null : { parsed: parseAgentFile({ path, ...file }), text: file.text };
}

async function recordOf(snapshot: Snapshot | null, id: AgentId): Promise<AgentRecord | null> {
  return recordIn(id, (await snapshot?.read(agentPath(id)))?.text ?? null);
}

async function policyOf(snapshot: Snapshot | null): Promise<Policy | null> {
  const file = snapshot === null ? null : await snapshot.read('policy.yaml');
  const parsed = file === null ? null : parsePolicy(file.text);
  return parsed?.ok === true ? parsed.value : null;
}

/** A removed file's links keep the epoch that it had last: a revoked one stays revoked. */
async function lastEpochOf(state: DesiredState, id: AgentId): Promise<number | null> {
  const path = agentPath(id);
  const removal = await state.lastRemoval(path);
  if (removal === null) return 0;
  const text = await state.textAt(removal.parent, path);
  return text === null ? null : epochIn(text);
}

/** The epoch in a file that may be invalid elsewhere; null where it is not to be made out. */
function epochIn(text: string): number | null {
  const document = parseDocument(text);
  if (document.errors.length > 0) return null;
  const epoch: unknown = document.getIn(['spec', 'linkEpoch']);
  if (epoch === undefined) return 0;
  return typeof epoch === 'number' && Number.isSafeInteger(epoch) ? epoch : null;
}

/** Remembers an answer for a moment, and lets all who ask meanwhile wait for the same one. */
function createTip<Value>(ask: () => Promise<Value>, clock: Clock): () => Promise<Value> {
  let held: { readonly atMs: number; readonly value: Promise<Value> } | null = null;
  return () => {
    const nowMs = clock.now();
    if (held !== null && Math.abs(nowMs - held.atMs) < tipAgeMsMax) return held.value;
    const asked = { atMs: nowMs, value: ask() };
    held = asked;
    // A failure is nobody's answer but theirs who waited for it.
    asked.value.catch(() => {
      if (held === asked) held = null;
    });
    return asked.value;
  };
}
