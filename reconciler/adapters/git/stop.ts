/**
 * The refs that stop all effects: the branch `stop`, and every branch below it. A server with
 * `stop/maintenance` cannot have `stop`, so both mean the same.
 */
import type { DesiredState, Snapshot } from '../../ports/desired-state.ts';
import type { Mirrors } from './mirrors.ts';
import type { Remote } from './remote.ts';

export const stopBranch = 'stop';

export function isStop(branch: string): boolean {
  return branch === stopBranch || branch.startsWith(`${stopBranch}/`);
}

type Context = {
  readonly remote: Pick<Remote, 'branches'>;
  readonly mirrors: Pick<Mirrors, 'of'>;
  fetch(branch: string): Promise<Snapshot | null>;
  remove(branch: string): Promise<void>;
};

/** A stop counts even if its reason cannot be read; throws if the server does not answer. */
export function createStop(context: Context): Pick<DesiredState, 'stop' | 'resume'> {
  const reasons = new Map<string, string>();

  /** Sorted by name. */
  async function stops(): Promise<readonly (readonly [branch: string, tip: string])[]> {
    const branches = [...(await context.remote.branches(stopBranch))];
    return branches.filter(([branch]) => isStop(branch)).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  async function reasonOf(branch: string, tip: string): Promise<string> {
    const unknown = `branch ${branch} exists`;
    const snapshot = await context.fetch(branch).catch(() => null);
    if (snapshot === null) return unknown;
    const { objects } = await context.mirrors.of(branch);
    const text = (await objects.read(snapshot.commit))?.content.toString() ?? '';
    const [subject = ''] = text.slice(text.indexOf('\n\n') + 2).split('\n', 1);
    const reason = subject.trim() || unknown;
    reasons.set(tip, reason);
    return reason;
  }

  return {
    async stop() {
      const [first] = await stops();
      if (first === undefined) return null;
      const [branch, tip] = first;
      return reasons.get(tip) ?? (await reasonOf(branch, tip));
    },
    async resume() {
      const names = (await stops()).map(([branch]) => branch);
      for (const name of names) await context.remove(name);
      return names;
    },
  };
}
