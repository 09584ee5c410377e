/**
 * Reads the customer's view of one agent: its file from `main`, its record from `status`.
 *
 * The tips are fetched at most every few seconds: a page that many people reload must not load the
 * git server, nor wait for a slow one.
 */
import { parseDocument } from 'yaml';
import { type AgentFile, type AgentId, agentPath } from '../../core/agent/agent.ts';
import { parseAgentFile } from '../../core/agent/agent-file.ts';
import { Failure } from '../../core/failure.ts';
import { recordIn } from '../../core/fleet/record-file.ts';
import { type AgentRecord, readableRecords } from '../../core/fleet/recorded.ts';
import { type AgentStatusView, agentStatus } from '../../core/status/agent-status.ts';
import { type Place, placeInQueue } from '../../core/status/place-in-queue.ts';
import type { DesiredState, Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { readPolicy } from '../shared/read-catalog.ts';
import { createRecent, patienceMsUsual } from './recent.ts';

type StatusPorts = Pick<Ports, 'state' | 'journal' | 'clock'>;

export type StatusReader = {
  /** null where the agent has neither a file nor a record */
  read(id: AgentId): Promise<AgentStatusView | null>;
  /** `spec.linkEpoch` of the agent's file, 0 where it is absent; null where it is not known. */
  epochOf(id: AgentId): Promise<number | null>;
};

export function createStatusReader(
  ports: StatusPorts,
  patienceMs: number = patienceMsUsual,
): StatusReader {
  const { state, clock, journal } = ports;
  const when = { clock, patienceMs };
  const main = createRecent(() => state.fetch('main'), when);
  const status = createRecent(() => state.fetch('status'), when);
  const records = createRecent(() => journal.read(), when);
  const parsed = createParsed();
  const removed = createRemovedEpochs(state);

  /** All records are read only for an agent in the queue. */
  async function placeOf(id: AgentId, record: AgentRecord | null): Promise<Place | null> {
    const deferred = record?.conditions.some(({ type }) => type === 'Deferred') === true;
    if (!deferred) return null;
    const all = (await records()).records;
    return placeInQueue(readableRecords(all), id);
  }

  return {
    async read(id) {
      const [asked, done] = await Promise.all([main(), status()]);
      const [file, record, policy] = await Promise.all([
        parsed.file(asked, id),
        parsed.record(done, id),
        readPolicy(asked),
      ]);
      // Without its record a running agent would be shown as `queued`.
      if (done === null && file !== null)
        throw new Failure('UnexpectedAnswer', 'there is no branch status', {
          errorClass: 'stalled',
        });
      const place = await placeOf(id, record);
      return agentStatus({ id, file, record, policy, place, nowMs: clock.now() });
    },
    async epochOf(id) {
      const snapshot = await main();
      const file = await parsed.file(snapshot, id);
      if (file === null) return removed.epochOf(snapshot?.commit ?? '', id);
      if (file.kind === 'valid') return file.agent.spec.linkEpoch ?? 0;
      return epochIn((await snapshot?.read(agentPath(id)))?.text ?? '');
    },
  };
}

/** Parsed files by content: most reads find them unchanged. */
function createParsed() {
  const files = createMemory<AgentFile>();
  const records = createMemory<AgentRecord | null>();

  async function of<Value>(
    memory: Memory<Value>,
    { snapshot, path }: { readonly snapshot: Snapshot | null; readonly path: string },
    parse: (file: SnapshotFile) => Value,
  ): Promise<Value | null> {
    const file = snapshot === null ? null : await snapshot.read(path);
    return file === null ? null : memory(`${path} ${file.oid}`, () => parse(file));
  }

  return {
    file(snapshot: Snapshot | null, id: AgentId): Promise<AgentFile | null> {
      const path = agentPath(id);
      return of(files, { snapshot, path }, (file) => parseAgentFile({ path, ...file }));
    },
    record: (snapshot: Snapshot | null, id: AgentId): Promise<AgentRecord | null> =>
      of(records, { snapshot, path: agentPath(id) }, ({ text }) => recordIn(id, text)),
  };
}

type SnapshotFile = NonNullable<Awaited<ReturnType<Snapshot['read']>>>;
type Memory<Value> = (key: string, make: () => Value) => Value;

/** Parsed files take a few KB each. */
const rememberedMax = 2000;

function createMemory<Value>(): Memory<Value> {
  const kept = new Map<string, Value>();
  return (key, make) => {
    const known = kept.get(key);
    const value = known === undefined ? make() : known;
    kept.delete(key);
    kept.set(key, value);
    for (const oldest of kept.keys()) {
      if (kept.size <= rememberedMax) break;
      kept.delete(oldest);
    }
    return value;
  };
}

/** History is searched once for each agent and commit of `main`: any stranger can name an agent. */
function createRemovedEpochs(state: DesiredState) {
  const known = new Map<AgentId, number | null>();
  let of = '';
  return {
    async epochOf(commit: string, id: AgentId): Promise<number | null> {
      if (commit !== of) known.clear();
      of = commit;
      const before = known.get(id);
      if (before !== undefined) return before;
      const epoch = await lastEpochOf(state, id);
      if (commit === of && known.size < rememberedMax) known.set(id, epoch);
      return epoch;
    },
  };
}

/** Links of a removed file keep its last epoch: a revoked link stays revoked. */
async function lastEpochOf(state: DesiredState, id: AgentId): Promise<number | null> {
  const path = agentPath(id);
  const removal = await state.lastRemoval(path);
  if (removal === null) return 0;
  const text = await state.textAt(removal.parent, path);
  return text === null ? null : epochIn(text);
}

/** The epoch in a file that may be invalid otherwise; null where it cannot be read. */
function epochIn(text: string): number | null {
  const document = parseDocument(text);
  if (document.errors.length > 0) return null;
  const epoch: unknown = document.getIn(['spec', 'linkEpoch']);
  if (epoch === undefined) return 0;
  return typeof epoch === 'number' && Number.isSafeInteger(epoch) ? epoch : null;
}
