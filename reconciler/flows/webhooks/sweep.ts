/** Compares the records at two commits of `status`, in the order of their paths, piece by piece. */
import { agentIdOfPath } from '../../core/agent/agent.ts';
import { parseRecordFile } from '../../core/fleet/record-file.ts';
import type { AgentRecord } from '../../core/fleet/recorded.ts';
import { compareText } from '../../core/fleet/world.ts';
import {
  type AgentState,
  eventOf,
  type OutgoingEvent,
  stateOf,
} from '../../core/webhooks/agent-event.ts';
import type { Snapshot } from '../../ports/desired-state.ts';

export type Range = { readonly before: Snapshot; readonly after: Snapshot };
export type Swept = {
  /** in the order of their paths */
  readonly events: readonly (OutgoingEvent & { readonly path: string })[];
  /** everything up to this path was compared */
  readonly past: string;
  /** whether that was all */
  readonly done: boolean;
};
type Sweeping = {
  readonly past: string;
  readonly eventsMax: number;
  /** agents whose next event depends on one that waits */
  readonly waiting: ReadonlySet<string>;
  readonly timestamp: string;
};

/** Records that are read at the same time. */
const pieceSize = 50;

/** Of the agents that have a record at `after`, sorted; null if the commits cannot be compared. */
export async function changedPaths({ before, after }: Range): Promise<readonly string[] | null> {
  const changes = await after.changesSince(before.commit, 'agents');
  if (changes === null) return null;
  const paths = changes.filter(({ oid }) => oid !== null).map(({ path }) => path);
  return paths.filter((path) => agentIdOfPath(path) !== null).sort(compareText);
}

export async function sweep(
  range: Range,
  paths: readonly string[],
  { past, eventsMax, waiting, timestamp }: Sweeping,
): Promise<Swept> {
  const left = paths.filter((path) => compareText(path, past) > 0);
  const events: Swept['events'][number][] = [];
  let reached = past;
  for (let start = 0; start < left.length; start += pieceSize) {
    const piece = left.slice(start, start + pieceSize);
    const read = await Promise.all(piece.map((path) => changeOf(range, path)));
    for (const { path, record, previous } of read) {
      const skipped = record === null || waiting.has(record.name);
      const event = skipped ? null : eventOf(record, previous, timestamp);
      if (event !== null && events.length >= eventsMax)
        return { events, past: reached, done: false };
      if (event !== null) events.push({ ...event, path });
      reached = path;
    }
  }
  return { events, past: reached, done: true };
}

async function changeOf({ before, after }: Range, path: string) {
  const [then, record] = [await recordOf(before, path), await recordOf(after, path)];
  const previous: AgentState | null = then === null ? null : stateOf(then);
  return { path, record, previous };
}

/** null where there is none that can be read */
export async function recordOf(snapshot: Snapshot, path: string): Promise<AgentRecord | null> {
  const found = await snapshot.read(path);
  const file = found === null ? null : parseRecordFile({ path, text: found.text });
  return file?.kind === 'valid' ? file.record : null;
}
