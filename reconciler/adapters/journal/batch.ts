/**
 * Pushes many updates at once. Each is decided on the newest record, checked by itself, and decided
 * again if another push came first, until a deadline. An update with an invalid record fails alone.
 */
import { type AgentId, agentPath } from '../../core/agent/agent.ts';
import { canonicalJson } from '../../core/agent/digest.ts';
import { asFailure, Failure } from '../../core/failure.ts';
import { parseRecordFile, renderRecord, withTextsCut } from '../../core/fleet/record-file.ts';
import type { AgentRecord, RecordFile } from '../../core/fleet/recorded.ts';
import { recordAt } from '../../ports/at-snapshot.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CommitDraft, DesiredState, FileEdit, Snapshot } from '../../ports/desired-state.ts';
import { pushOnStatus } from '../../ports/tip.ts';

export type Update = {
  readonly agent: AgentId;
  readonly decide: (
    current: AgentRecord | null,
    records: readonly AgentRecord[],
  ) => AgentRecord | typeof forgotten | null;
  /** whether `decide` needs the other records; without it none are read or passed */
  readonly among?: true;
};
/** The record is removed. */
export const forgotten = 'forgotten';
/** The result of one update. */
export type Decision =
  | { readonly kind: 'decided'; readonly record: AgentRecord | null }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'failed'; readonly failure: unknown };

/** Decisions in the order of the batch. Throws if nothing could be pushed. */
export async function pushBatch(
  { state, clock, deadlineMs, readRecords }: PushContext,
  batch: readonly Update[],
): Promise<readonly Decision[]> {
  const among = batch.some((update) => update.among === true);
  const decide = async (status: Snapshot | null) => {
    const files = among && status !== null ? await readRecords(status) : [];
    const { decisions, edits, lines } = await decideAll(status, batch, files);
    return { decisions, drafts: edits.length === 0 ? [] : [draftOf(edits, lines)] };
  };
  return (await pushOnStatus({ state, clock }, decide, deadlineMs)).decisions;
}

type PushContext = {
  readonly state: Pick<DesiredState, 'fetch' | 'push'>;
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly readRecords: (snapshot: Snapshot) => Promise<readonly RecordFile[]>;
};

type Decided = {
  readonly decisions: readonly Decision[];
  readonly edits: readonly FileEdit[];
  /** one for each agent, for the commit's message */
  readonly lines: readonly string[];
};

/** An agent's record in a batch: as the branch has it, and what the updates so far make of it. */
type Held = {
  readonly before: AgentRecord | null;
  after: AgentRecord | null;
  /** the text of `after`; null if it is removed, or not written yet */
  text: string | null;
};

/** Each update is decided on the result of those before it. */
async function decideAll(
  snapshot: Snapshot | null,
  batch: readonly Update[],
  files: readonly RecordFile[],
): Promise<Decided> {
  const all = new Map<AgentId, AgentRecord>();
  for (const file of files) if (file.kind === 'valid') all.set(file.id, file.record);
  const held = new Map<AgentId, Held>();
  const decisions: Decision[] = [];
  for (const { agent, decide, among } of batch) {
    try {
      const one = held.get(agent) ?? (await holdOf(snapshot, agent));
      held.set(agent, one);
      const decided = decide(one.after, among === true ? [...all.values()] : []);
      if (decided === forgotten) {
        Object.assign(one, { after: null, text: null });
        all.delete(agent);
        decisions.push({ kind: 'forgotten' });
        continue;
      }
      const record = decided === null ? null : withTextsCut(decided);
      if (record !== null && record !== one.after) {
        one.text = checkedText(agent, record);
        one.after = record;
        all.set(agent, record);
      }
      decisions.push({ kind: 'decided', record });
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.errorClass === 'transient' && !held.has(agent)) throw failure;
      decisions.push({ kind: 'failed', failure });
    }
  }
  return { decisions, ...editsOf(held) };
}

async function holdOf(snapshot: Snapshot | null, agent: AgentId): Promise<Held> {
  const before = await recordAt(snapshot, agent);
  return { before, after: before, text: null };
}

function editsOf(held: ReadonlyMap<AgentId, Held>): Pick<Decided, 'edits' | 'lines'> {
  const edits: FileEdit[] = [];
  const lines: string[] = [];
  for (const [agent, { before, after, text }] of [...held].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (after === before || (before === null && after === null)) continue;
    if (before !== null && after !== null && canonicalJson(before) === canonicalJson(after))
      continue;
    edits.push({ path: agentPath(agent), text });
    lines.push(after === null ? `${agent}: record removed` : lineOf(after));
  }
  return { edits, lines };
}

/** Fails here, because an unreadable record would freeze its agent. */
function checkedText(agent: AgentId, record: AgentRecord): string {
  const text = renderRecord(record);
  const parsed = parseRecordFile({ path: agentPath(agent), text });
  if (parsed.kind === 'invalid') throw new Failure('Bug', `invalid record: ${parsed.why}`);
  return text;
}

function lineOf({ name, phase, lease }: AgentRecord): string {
  return lease === undefined ? `${name}: ${phase}` : `${name}: ${phase}, step ${lease.step}`;
}

function draftOf(edits: readonly FileEdit[], lines: readonly string[]): CommitDraft {
  const trailers = [['Aura-Cause', 'status']] as const;
  const [only = ''] = lines;
  return lines.length === 1
    ? { subject: only, body: '', trailers, edits }
    : { subject: `${lines.length} agents`, body: lines.join('\n'), trailers, edits };
}
