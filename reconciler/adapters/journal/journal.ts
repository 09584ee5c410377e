/**
 * Writes the records of branch `status`: one writer for each process, and one commit for all
 * updates that wait.
 *
 * An update `now` is pushed at once, together with all that wait. An update `soon` waits for
 * others: it resolves at once with its decision on the newest record known here, and is decided
 * again when it is pushed; `flush` throws its failure, and a failed push leaves it waiting.
 */
import type { AgentId } from '../../core/agent/agent.ts';
import { parseRecordFile } from '../../core/fleet/record-file.ts';
import type { AgentRecord, RecordFile } from '../../core/fleet/recorded.ts';
import { recordAt } from '../../ports/at-snapshot.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DesiredState, Snapshot } from '../../ports/desired-state.ts';
import type { Journal } from '../../ports/journal.ts';
import type { Log } from '../../ports/log.ts';
import { type CachePlace, createParseCache } from '../parse-cache/parse-cache.ts';
import { type Decision, forgotten, pushBatch, type Update } from './batch.ts';

type JournalOptions = {
  readonly state: Pick<DesiredState, 'fetch' | 'push'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Where parsed records are kept between runs; only in memory by default. */
  readonly kept?: CachePlace;
  /** How long an update `soon` waits for others. */
  readonly soonMs?: number;
  /** How long the push of a batch is repeated before its updates fail. */
  readonly deadlineMs?: number;
};

export function createJournal(options: JournalOptions): Journal {
  const readRecords = createReader(options.kept);
  const writer = createWriter(options, readRecords);
  let newest: Snapshot | null | undefined;
  let fetches = 0;
  let newestFetch = 0;

  /** The snapshot contains what was pushed before this began, but not what is pushed meanwhile. */
  async function fetchStatus(): Promise<Snapshot | null> {
    fetches += 1;
    const fetch = fetches;
    const before = new Map(writer.written);
    const snapshot = await options.state.fetch('status');
    if (fetch > newestFetch) {
      newestFetch = fetch;
      newest = snapshot;
      for (const [agent, record] of before)
        if (writer.written.get(agent) === record) writer.written.delete(agent);
    }
    return snapshot;
  }

  /** The record after all updates that wait, as far as this process can tell. */
  async function foreseen(agent: AgentId): Promise<AgentRecord | null> {
    const written = writer.written.get(agent);
    const snapshot = newest === undefined ? await fetchStatus() : newest;
    const record = written === undefined ? await recordAt(snapshot, agent) : written;
    return afterAll(record, agent, writer.waiting());
  }

  async function updateNow(update: Update): Promise<AgentRecord | null> {
    const result = await writer.now(update);
    if (result.kind === 'failed') throw result.failure;
    return result.kind === 'forgotten' ? null : result.record;
  }

  return {
    async read(at) {
      const snapshot = at === undefined ? await fetchStatus() : at;
      if (at !== undefined) {
        newest = at;
        writer.written.clear();
      }
      if (snapshot === null) return { commit: null, records: [] };
      const records = await readRecords(snapshot);
      return { commit: snapshot.commit, records };
    },
    async update(agent, decide, urgency) {
      if (urgency === 'soon') {
        const decided = decide(await foreseen(agent));
        if (decided !== null) writer.soon({ agent, decide });
        return decided;
      }
      return updateNow({ agent, decide });
    },
    updateAmong: (agent, decide) => updateNow({ agent, decide, among: true }),
    async forget(agent, isOver) {
      const decide = forgetting(isOver);
      const goes = decide(await foreseen(agent)) !== null;
      if (goes) writer.soon({ agent, decide });
      return goes;
    },
    async flush() {
      const [failure] = await writer.flush();
      if (failure !== undefined) throw failure;
    },
  };
}

/** Records are parsed once for each content: most do not change between two readings. */
function createReader(kept: JournalOptions['kept'] = { folder: null, version: '' }): ReadRecords {
  const cache = createParseCache({
    ...kept,
    name: 'records',
    prefix: 'agents/',
    make: parseRecordFile,
  });
  return (snapshot) => cache.at(snapshot);
}
type ReadRecords = (snapshot: Snapshot) => Promise<readonly RecordFile[]>;

function forgetting(isOver: (record: AgentRecord) => boolean) {
  return (current: AgentRecord | null) => (current !== null && isOver(current) ? forgotten : null);
}

function afterAll(
  before: AgentRecord | null,
  agent: AgentId,
  updates: readonly Update[],
): AgentRecord | null {
  let record = before;
  for (const { decide } of updates.filter((update) => update.agent === agent)) {
    const decided = decide(record, []);
    record = decided === forgotten ? null : (decided ?? record);
  }
  return record;
}

type Entry = Update & {
  readonly urgency: 'now' | 'soon';
  readonly resolve: (result: Decision) => void;
};

type Writer = {
  now(update: Update): Promise<Decision>;
  soon(update: Update): void;
  /** Writes all updates that wait; resolves with the failures of those `soon`. */
  flush(): Promise<readonly unknown[]>;
  waiting(): readonly Update[];
  /** Records that were pushed since the branch was last read; null for removed ones. */
  readonly written: Map<AgentId, AgentRecord | null>;
};

function createWriter(options: JournalOptions, readRecords: ReadRecords): Writer {
  const { clock, log, soonMs = 10_000, deadlineMs = 60_000 } = options;
  const written = new Map<AgentId, AgentRecord | null>();
  let pending: Entry[] = [];
  let beingWritten: readonly Entry[] = [];
  let flushing: Promise<unknown> = Promise.resolve();
  let timed = false;

  async function writePending(): Promise<readonly unknown[]> {
    const batch = pending;
    pending = [];
    if (batch.length === 0) return [];
    beingWritten = batch;
    const context = { state: options.state, clock, deadlineMs, readRecords };
    const failures: unknown[] = [];
    try {
      const decisions = await pushBatch(context, batch);
      failures.push(...resolveAll(batch, decisions, written));
    } catch (failure) {
      const waiting = batch.filter(({ urgency }) => urgency === 'soon');
      pending = [...waiting, ...pending];
      if (waiting.length > 0) failures.push(failure);
      for (const entry of batch)
        if (entry.urgency === 'now') entry.resolve({ kind: 'failed', failure });
    }
    beingWritten = [];
    return failures;
  }

  function flush(): Promise<readonly unknown[]> {
    const result = flushing.then(writePending, writePending);
    flushing = result;
    return result;
  }

  async function flushLater(): Promise<void> {
    if (timed) return;
    timed = true;
    await clock.wait(soonMs);
    timed = false;
    for (const error of await flush()) log.error({ error }, 'a status record was not written');
  }

  return {
    written,
    waiting: () => [...beingWritten, ...pending],
    flush,
    now(update) {
      return new Promise((resolve) => {
        pending.push({ ...update, urgency: 'now', resolve });
        void flush();
      });
    },
    soon(update) {
      pending.push({ ...update, urgency: 'soon', resolve: () => {} });
      void flushLater();
    },
  };
}

/** Resolves each entry; returns the failures of those `soon`. */
function resolveAll(
  batch: readonly Entry[],
  decisions: readonly Decision[],
  written: Writer['written'],
): readonly unknown[] {
  const failures: unknown[] = [];
  for (const [index, entry] of batch.entries()) {
    const decision = decisions[index] ?? { kind: 'decided', record: null };
    if (decision.kind === 'forgotten') written.set(entry.agent, null);
    if (decision.kind === 'decided' && decision.record !== null)
      written.set(entry.agent, decision.record);
    if (decision.kind === 'failed' && entry.urgency === 'soon') failures.push(decision.failure);
    entry.resolve(decision);
  }
  return failures;
}
