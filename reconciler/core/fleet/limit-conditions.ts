/** The conditions of an agent whose change a limit holds back: it waits, or needs an approval. */
import type { Condition } from './recorded.ts';

export const deferredCondition = 'Deferred';
export const refusedCondition = 'Refused';

export function isDeferred({ type }: Pick<Condition, 'type'>): boolean {
  return type === deferredCondition;
}

export function isRefused({ type }: Pick<Condition, 'type'>): boolean {
  return type === refusedCondition;
}
