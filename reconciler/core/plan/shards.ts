/** Divides the changes of a plan into parts, which several jobs of one run apply at once. */
import { digest } from '../agent/digest.ts';
import type { Policy } from '../agent/policy.ts';
import type { Plan } from './plan.ts';

/**
 * The parts that have changes, by their names: `["1/3", "3/3"]`. One part for each
 * `concurrency` changes, up to `shardsMax`; none for a plan without changes.
 */
export function shardsOf(
  plan: Plan,
  { concurrency, shardsMax }: Pick<Policy['apply'], 'concurrency' | 'shardsMax'>,
): readonly string[] {
  const count = Math.min(shardsMax, Math.ceil(plan.changes.length / concurrency));
  const used = new Set(plan.changes.map(({ agent }) => shardIndex(agent, count)));
  return [...used].sort((a, b) => a - b).map((index) => `${index}/${count}`);
}

/** The i-th (from 1) of n parts. Each agent is in exactly one, which depends on its id alone. */
export function shard(plan: Plan, i: number, n: number): Plan {
  return { ...plan, changes: plan.changes.filter(({ agent }) => shardIndex(agent, n) === i) };
}

function shardIndex(agent: string, count: number): number {
  return (Number.parseInt(digest(agent, 8), 16) % count) + 1;
}
