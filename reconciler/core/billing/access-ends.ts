/** When access comes to an end that its file announces: what Stripe says then is what counts. */
import type { AgentFile } from '../agent/agent.ts';
import { timeMs } from '../text/time.ts';

export type AccessEnd = { readonly subscription: string; readonly atMs: number };

/** The earliest first. An access that has ended is over; a suspended one may still have an end ahead. */
export function accessEnds(files: readonly AgentFile[]): readonly AccessEnd[] {
  const ends = files.flatMap((file): readonly AccessEnd[] => {
    if (file.kind !== 'valid') return [];
    const { access, subscription } = file.agent.spec;
    if (access.state === 'ended' || access.until === undefined) return [];
    return [{ subscription, atMs: timeMs(access.until) }];
  });
  return ends.sort((a, b) => a.atMs - b.atMs || (a.subscription < b.subscription ? -1 : 1));
}
