import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createJournal } from '../../../reconciler/adapters/journal/journal.ts';
import { type AgentId, agentIdOf, agentPath } from '../../../reconciler/core/agent/agent.ts';
import { Failure } from '../../../reconciler/core/failure.ts';
import { parseRecordFile, renderRecord } from '../../../reconciler/core/fleet/record-file.ts';
import {
  type AgentRecord,
  newRecord,
  type Phase,
} from '../../../reconciler/core/fleet/recorded.ts';
import type {
  CommitDraft,
  DesiredState,
  Snapshot,
} from '../../../reconciler/ports/desired-state.ts';

const a = agentIdOf('sub_a');
const b = agentIdOf('sub_b');
const c = agentIdOf('sub_c');

type Files = ReadonlyMap<string, string>;
type Commit = { readonly id: string; readonly subject: string; readonly body: string };

/** One branch in memory that accepts a push only on its own tip. */
function createBranch(initial: Files | null = null) {
  let files: Files | null = initial;
  const commits: Commit[] = initial === null ? [] : [{ id: 'c0', subject: 'initial', body: '' }];
  const beforePush: (() => void)[] = [];
  const failures: Failure[] = [];

  const oid = (text: string) => createHash('sha1').update(text).digest('hex');
  const snapshotOf = (held: Files, commit: string): Snapshot => ({
    commit,
    list: async (prefix) =>
      [...held]
        .filter(([path]) => path.startsWith(prefix))
        .map(([path, text]) => ({ path, oid: oid(text) }))
        .sort((one, other) => (one.path < other.path ? -1 : 1)),
    read: async (path) => {
      const text = held.get(path);
      return text === undefined ? null : { oid: oid(text), text };
    },
    changesSince: async () => null,
    readAll: async (oids) =>
      new Map([...held.values()].filter((t) => oids.includes(oid(t))).map((t) => [oid(t), t])),
  });
  const land = (draft: CommitDraft) => {
    const next = new Map(files ?? []);
    for (const { path, text } of draft.edits) {
      if (text === null) next.delete(path);
      else next.set(path, text);
    }
    files = next;
    const id = `c${commits.length}`;
    commits.push({ id, subject: draft.subject, body: draft.body });
    return id;
  };
  const state: Pick<DesiredState, 'fetch' | 'push'> = {
    async fetch() {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return files === null ? null : snapshotOf(files, commits.at(-1)?.id ?? '');
    },
    async push(_branch, base, drafts) {
      beforePush.shift()?.();
      if ((base?.commit ?? null) !== (commits.at(-1)?.id ?? null)) return { kind: 'rejected' };
      return { kind: 'pushed', commits: drafts.map(land) };
    },
  };
  return {
    state,
    beforePush,
    failures,
    commits,
    land,
    record(agent: AgentId): AgentRecord | null {
      const text = files?.get(agentPath(agent));
      if (text === undefined) return null;
      const parsed = parseRecordFile({ path: agentPath(agent), text });
      assert.ok(parsed.kind === 'valid');
      return parsed.record;
    },
    files: () => files,
  };
}

/** Time that passes only on request. */
function createTime() {
  let nowMs = 0;
  let waiting: { readonly at: number; readonly run: () => void }[] = [];
  return {
    clock: {
      now: () => nowMs,
      wait: (ms: number) =>
        new Promise<void>((run) => {
          waiting.push({ at: nowMs + ms, run });
        }),
    },
    async pass(ms: number) {
      const until = nowMs + ms;
      for (let turns = 0; turns < 500; turns += 1) {
        await new Promise(setImmediate);
        const [next] = waiting.filter(({ at }) => at <= until).sort((x, y) => x.at - y.at);
        if (next === undefined && turns > 50) break;
        if (next === undefined) continue;
        waiting = waiting.filter((one) => one !== next);
        nowMs = Math.max(nowMs, next.at);
        next.run();
      }
      nowMs = until;
    },
  };
}

/** Every pause is over at once, but time has passed. */
function createHurriedClock() {
  let nowMs = 0;
  return {
    now: () => nowMs,
    wait: async (ms: number) => {
      nowMs += ms;
    },
  };
}

function createLog() {
  const errors: string[] = [];
  const none = () => {};
  return {
    errors,
    log: {
      debug: none,
      info: none,
      warn: none,
      error: (_: object, m: string) => void errors.push(m),
    },
  };
}

const inPhase = (agent: AgentId, phase: Phase) => (current: AgentRecord | null) => ({
  ...(current ?? newRecord(agent, 'sub_x', 'cus_x')),
  phase,
});

test('the first write creates the branch, with a README', async () => {
  const branch = createBranch();
  const journal = createJournal({ ...branch, clock: createHurriedClock(), log: createLog().log });
  assert.deepEqual(await journal.read(), { commit: null, records: [] });
  const written = await journal.update(a, inPhase(a, 'creating'), 'now');
  assert.equal(written?.phase, 'creating');
  assert.deepEqual(
    branch.commits.map(({ subject }) => subject),
    [`${a}: creating`],
  );
  assert.ok(branch.files()?.has('README.md'));
  const read = await journal.read();
  assert.deepEqual([read.commit, read.records.length], ['c0', 1]);
});

test('a `soon` update waits, and goes with the next immediate one, in one commit', async () => {
  const branch = createBranch(new Map([['README.md', 'x']]));
  const time = createTime();
  const journal = createJournal({ ...branch, clock: time.clock, log: createLog().log });
  assert.equal((await journal.update(a, inPhase(a, 'configuring'), 'soon'))?.phase, 'configuring');
  await journal.update(b, inPhase(b, 'joining'), 'soon');
  await time.pass(9000);
  assert.equal(branch.commits.length, 1);
  await journal.update(c, inPhase(c, 'creating'), 'now');
  assert.equal(branch.commits.length, 2);
  assert.equal(branch.commits[1]?.subject, '3 agents');
  const lines = [`${a}: configuring`, `${b}: joining`, `${c}: creating`].sort();
  assert.equal(branch.commits[1]?.body, lines.join('\n'));
  await time.pass(60_000);
  assert.equal(branch.commits.length, 2);
});

test('a `soon` update is written after ten seconds alone', async () => {
  const branch = createBranch(new Map([['README.md', 'x']]));
  const time = createTime();
  const journal = createJournal({ ...branch, clock: time.clock, log: createLog().log });
  await journal.update(a, inPhase(a, 'configuring'), 'soon');
  await time.pass(9999);
  assert.equal(branch.record(a), null);
  await time.pass(1);
  assert.equal(branch.record(a)?.phase, 'configuring');
});

test('successive `soon` updates are decided on what this process already wrote', async () => {
  const branch = createBranch(new Map([['README.md', 'x']]));
  const journal = createJournal({ ...branch, clock: createTime().clock, log: createLog().log });
  await journal.update(a, inPhase(a, 'creating'), 'soon');
  const seen: (string | null)[] = [];
  await journal.update(
    a,
    (current) => {
      seen.push(current?.phase ?? null);
      return current;
    },
    'soon',
  );
  assert.deepEqual(seen, ['creating']);
  await journal.flush();
  assert.equal(branch.record(a)?.phase, 'creating');
});

test('many simultaneous updates share pushes', async () => {
  const branch = createBranch(new Map([['README.md', 'x']]));
  const journal = createJournal({ ...branch, clock: createHurriedClock(), log: createLog().log });
  const agents = Array.from({ length: 40 }, (_, n) => agentIdOf(`sub_${n}`));
  await Promise.all(agents.map((id) => journal.update(id, inPhase(id, 'creating'), 'now')));
  for (const id of agents) assert.equal(branch.record(id)?.phase, 'creating');
  assert.ok(branch.commits.length <= 3, `${branch.commits.length} commits`);
});

test('a lost push is decided again on the new tip, and a lost lease withdraws', async () => {
  const branch = createBranch(new Map([['README.md', 'x']]));
  const journal = createJournal({ ...branch, clock: createHurriedClock(), log: createLog().log });
  const rival = renderRecord({ ...newRecord(a, 'sub_a', 'cus_a'), phase: 'joining' });
  branch.beforePush.push(() => {
    const edits = [{ path: agentPath(a), text: rival }];
    branch.land({ subject: 'rival', body: '', trailers: [], edits });
  });
  const seen: (string | null)[] = [];
  const lease = (current: AgentRecord | null) => {
    seen.push(current?.phase ?? null);
    return current === null ? newRecord(a, 'sub_a', 'cus_a') : null;
  };
  const [mine, other] = await Promise.all([
    journal.update(a, lease, 'now'),
    journal.update(b, inPhase(b, 'creating'), 'now'),
  ]);
  assert.equal(mine, null);
  assert.equal(other?.phase, 'creating');
  assert.deepEqual(seen, [null, 'joining']);
  assert.equal(branch.record(a)?.phase, 'joining');
});

test('an update that changes nothing writes nothing', async () => {
  const branch = createBranch(new Map([['README.md', 'x']]));
  const journal = createJournal({ ...branch, clock: createHurriedClock(), log: createLog().log });
  await journal.update(a, inPhase(a, 'running'), 'now');
  const before = branch.commits.length;
  await journal.update(a, inPhase(a, 'running'), 'now');
  await journal.update(a, () => null, 'now');
  await journal.flush();
  assert.equal(branch.commits.length, before);
});

test('a decision that throws fails alone', async () => {
  const branch = createBranch(new Map([['README.md', 'x']]));
  const journal = createJournal({ ...branch, clock: createHurriedClock(), log: createLog().log });
  const taken = new Failure('Superseded', 'another run has it');
  const [mine, other] = await Promise.allSettled([
    journal.update(
      a,
      () => {
        throw taken;
      },
      'now',
    ),
    journal.update(b, inPhase(b, 'creating'), 'now'),
  ]);
  assert.equal(mine.status === 'rejected' && mine.reason, taken);
  assert.equal(other.status, 'fulfilled');
  assert.equal(branch.record(b)?.phase, 'creating');
});

test('an unreadable record is not overwritten', async () => {
  const branch = createBranch(new Map([[agentPath(a), 'kind: nonsense\n']]));
  const journal = createJournal({ ...branch, clock: createHurriedClock(), log: createLog().log });
  await assert.rejects(journal.update(a, inPhase(a, 'creating'), 'now'), /cannot be read/);
  assert.equal(branch.files()?.get(agentPath(a)), 'kind: nonsense\n');
  const { records } = await journal.read();
  assert.equal(records[0]?.kind, 'invalid');
});

test('an outage is waited for, up to a deadline; then it is reported', async () => {
  const outage = new Failure('ProviderOutage', 'the git server answers 503');
  const branch = createBranch(new Map([['README.md', 'x']]));
  const { log, errors } = createLog();
  const journal = createJournal({ ...branch, clock: createHurriedClock(), log });
  branch.failures.push(outage, outage);
  await journal.update(a, inPhase(a, 'creating'), 'now');
  assert.equal(branch.record(a)?.phase, 'creating');

  branch.failures.push(...Array.from({ length: 50 }, () => outage));
  await assert.rejects(journal.update(b, inPhase(b, 'creating'), 'now'), (e) => e === outage);
  assert.ok(branch.failures.length > 40, 'it gave up by time, not by count');
  branch.failures.length = 0;

  const time = createTime();
  const patient = createJournal({ ...branch, clock: time.clock, log, deadlineMs: 0 });
  await patient.update(c, inPhase(c, 'creating'), 'soon');
  branch.failures.push(outage);
  await time.pass(10_000);
  assert.deepEqual(errors, ['a status record was not written']);
  assert.equal(branch.record(c), null);
});

test('a dependent decision is made on the records of its own commit', async () => {
  const branch = createBranch(new Map([['README.md', 'x']]));
  const fast = createJournal({ ...branch, clock: createHurriedClock(), log: createLog().log });
  const slow = createJournal({ ...branch, clock: createHurriedClock(), log: createLog().log });
  // A place that only one of them can have, by the records.
  const take = (journal: typeof fast, agent: AgentId) =>
    journal.updateAmong(agent, (current, records) =>
      records.some(({ phase }) => phase === 'retiring')
        ? null
        : inPhase(agent, 'retiring')(current),
    );
  await fast.update(a, inPhase(a, 'running'), 'now');
  const taken = await Promise.all([take(fast, a), take(slow, b), take(fast, c)]);
  assert.equal(taken.filter((record) => record !== null).length, 1);
  const { records } = await slow.read();
  const phases = records.map((file) => (file.kind === 'valid' ? file.record.phase : 'invalid'));
  assert.equal(phases.filter((phase) => phase === 'retiring').length, 1);
});

for (const between of ['nothing', 'another reading'] as const) {
  test(`a reading that ends after a push, and after ${between}, keeps what was pushed`, async () => {
    const branch = createBranch(new Map());
    let end = () => {};
    const slow = new Promise<void>((resolve) => {
      end = resolve;
    });
    let fetches = 0;
    const state: typeof branch.state = {
      push: branch.state.push,
      async fetch(name) {
        const snapshot = await branch.state.fetch(name);
        fetches += 1;
        if (fetches === 1) await slow;
        return snapshot;
      },
    };
    const { log } = createLog();
    const journal = createJournal({ state, clock: createTime().clock, log });
    const reading = journal.read();
    await new Promise(setImmediate);
    await journal.update(a, () => newRecord(a, 'sub_a', 'cus_a'), 'now');
    if (between === 'another reading') assert.equal((await journal.read()).records.length, 1);
    end();
    assert.equal((await reading).records.length, 0, 'it shows what it was asked for');
    const seen = await journal.update(a, (current) => current, 'soon');
    assert.equal(seen?.name, a);
  });
}
