/** The outcome of a stack behind the gate, in a word; gate and calls are the product's own. */

import { isFailure } from '../../reconciler/core/failure.ts';
import {
  applyGated,
  permitted,
  type StackChange,
} from '../../reconciler/flows/reconcile/apply/stack.ts';
import type { Stacks } from '../../reconciler/ports/stacks.ts';

type Word = 'applied' | 'unchanged' | 'refused';

export function applied(stacks: Stacks, change: StackChange): Promise<Word> {
  return wordFor(() => applyGated(stacks, change));
}

/** The same without the apply: the expected outcome. */
export function judged(stacks: Stacks, { expect, ...request }: StackChange): Promise<Word> {
  return wordFor(async () => {
    await using planned = await stacks.plan(request);
    return permitted(planned, expect);
  });
}

async function wordFor(work: () => Promise<readonly unknown[]>): Promise<Word> {
  try {
    return (await work()).length > 0 ? 'applied' : 'unchanged';
  } catch (thrown) {
    if (isFailure(thrown, 'GateRefused')) return 'refused';
    throw thrown;
  }
}
