/**
 * The changes that runs and the service may make to an agent's file on `main`: follow Stripe,
 * retire, restore, remove. People's fields stay as written, so that a revert restores them.
 */
import type { Agent } from '../../reconciler/core/agent/agent.ts';
import { canonicalJson } from '../../reconciler/core/agent/digest.ts';
import { agentIn } from './at-commit.ts';
import type { FakeCommit, FakeGit } from './git.ts';

/** Commits that write a person's decision. */
const commands = new Set([
  'start',
  'stop',
  'retry',
  'restore',
  'cancel',
  'retire',
  'reprovision',
  'region',
  'config',
  'revert',
]);

/** People's fields that a commit of the machine account removed, a sentence each. */
export function overwritten(git: FakeGit, commit: FakeCommit): readonly string[] {
  if (commit.author !== 'Aura' || commands.has(causeOf(commit))) return [];
  const before = git.commits.get(commit.parent ?? '')?.tree;
  const paths = commit.paths.filter((path) => /^agents\/.*\.yaml$/.test(path));
  const uncited = paths.length > 0 && causeOf(commit) === '';
  return [
    ...(uncited ? [`commit "${commit.subject}" of the machine gives no cause`] : []),
    ...paths.flatMap((path) => {
      const [old, made] = [before?.get(path), commit.tree.get(path)];
      const then = old === undefined ? null : agentIn(path, old);
      if (then === null) return [];
      const now = made === undefined ? null : agentIn(path, made);
      const wrong = now === null ? wrongRemoval(then) : wrongEdit(then, now);
      return wrong === null ? [] : [`commit "${commit.subject}" of the machine ${wrong}`];
    }),
  ];
}

function causeOf({ trailers }: FakeCommit): string {
  return trailers.findLast(([name]) => name === 'Aura-Cause')?.[1] ?? '';
}

function wrongRemoval({ spec }: Agent): string | null {
  if (spec.retired === undefined) return 'removes a file without a tombstone';
  const paid = spec.access.state === 'granted';
  return paid && spec.retired.by === 'person'
    ? 'removes what a person retired over paid access'
    : null;
}

function wrongEdit(then: Agent, now: Agent): string | null {
  if (canonicalJson(owned(then)) !== canonicalJson(owned(now))) return 'changes what people own';
  const [before, after] = [then.spec.retired, now.spec.retired];
  if (before === undefined || canonicalJson(before) === canonicalJson(after ?? null)) return null;
  const theirs = before.by === 'person' || before.by === 'customer';
  return theirs ? `changes a tombstone by a ${before.by}` : null;
}

function owned({ spec }: Agent) {
  const { power, revision, region, config, linkEpoch, hold } = spec;
  return { power, revision, region, config, linkEpoch, hold };
}
