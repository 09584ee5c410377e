/** Commit statuses and check runs, and their combined result for a commit. */
import type { Account, App } from './accounts.ts';

type StatusState = 'error' | 'failure' | 'pending' | 'success';

export type CommitStatus = {
  readonly id: number;
  readonly sha: string;
  readonly by: Account;
  readonly state: StatusState;
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly atMs: number;
};

export type CheckRun = {
  readonly id: number;
  readonly suite: number;
  readonly sha: string;
  /** null: the machine's own token made it. */
  readonly app: App | null;
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  startedMs: number;
  completedMs: number | null;
  externalId: string;
  detailsUrl: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
};

export type ChecksStore = {
  readonly statuses: CommitStatus[];
  readonly runs: CheckRun[];
  /** Called whenever one of the two changes. */
  changed(): void;
  onChange(listener: () => void): void;
  /** The state of the newest of that name; null where there is none. */
  verdict(sha: string, context: string): 'success' | 'pending' | 'failure' | null;
  /** Commits for which all of these contexts succeeded. */
  passed(contexts: readonly string[]): string[];
};

export function createChecksStore(): ChecksStore {
  const statuses: CommitStatus[] = [];
  const runs: CheckRun[] = [];
  const listeners: (() => void)[] = [];
  const verdict: ChecksStore['verdict'] = (sha, context) => {
    const run = runs.findLast((one) => one.sha === sha && one.name === context);
    if (run !== undefined) return verdictOf(run);
    const status = statuses.findLast((one) => one.sha === sha && one.context === context);
    if (status === undefined) return null;
    return status.state === 'error' ? 'failure' : status.state;
  };
  return {
    statuses,
    runs,
    changed() {
      for (const listener of listeners) listener();
    },
    onChange: (listener) => void listeners.push(listener),
    verdict,
    passed(contexts) {
      const shas = new Set([...statuses, ...runs].map(({ sha }) => sha));
      return [...shas].filter((sha) => contexts.every((one) => verdict(sha, one) === 'success'));
    },
  };
}

function verdictOf({ status, conclusion }: CheckRun): 'success' | 'pending' | 'failure' {
  if (status !== 'completed') return 'pending';
  return ['success', 'neutral', 'skipped'].includes(conclusion ?? '') ? 'success' : 'failure';
}
