/** Lists the announced ends of access, at which Stripe is read again. */
import { accessEndMs } from '../agent/access-times.ts';
import type { AgentFile } from '../agent/agent.ts';

export type AccessEnd = { readonly subscription: string; readonly atMs: number };

/** The earliest first. */
export function accessEnds(files: readonly AgentFile[]): readonly AccessEnd[] {
  const ends = files.flatMap((file): readonly AccessEnd[] => {
    const atMs = accessEndMs(file);
    if (file.kind !== 'valid' || atMs === null) return [];
    return [{ subscription: file.agent.spec.subscription, atMs }];
  });
  return ends.sort((a, b) => a.atMs - b.atMs || (a.subscription < b.subscription ? -1 : 1));
}
