/** Checks the deliveries against the server's own repository. */
import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { agentIdOf, agentPath } from '../../reconciler/core/agent/agent.ts';
import { parseAgentFile } from '../../reconciler/core/agent/agent-file.ts';
import type { Delivered } from './deliveries.ts';
import type { Change } from './intake-messages.ts';

/**
 * `lost`: events that were acknowledged as written and are in no commit, and subscriptions whose
 * file differs from Stripe at the end. `duplicated`: events that are in two commits.
 */
export async function readLanded(
  gitDir: string,
  { delivered, changes }: { delivered: readonly Delivered[]; changes: readonly Change[] },
): Promise<{ readonly lost: number; readonly duplicated: number }> {
  const cited = await citationsIn(gitDir);
  const written = new Set(delivered.filter((one) => one.written).map(({ id }) => id));
  const unwritten = [...written].filter((id) => !cited.has(id)).length;
  const last = new Map(changes.map(({ subscription, cancelAt }) => [subscription, cancelAt]));
  let stale = 0;
  for (const [subscription, cancelAt] of last) {
    const path = agentPath(agentIdOf(subscription));
    const text = (await git(gitDir, ['show', `main:${path}`])).toString();
    const parsed = parseAgentFile({ path, oid: '', text });
    const until = parsed.kind === 'valid' ? parsed.agent.spec.access.until : undefined;
    if (Date.parse(until ?? '') !== cancelAt * 1000) stale += 1;
  }
  const twice = [...cited.values()].filter((count) => count > 1).length;
  return { lost: unwritten + stale, duplicated: twice };
}

async function citationsIn(gitDir: string): Promise<ReadonlyMap<string, number>> {
  const format = '--format=%(trailers:key=Stripe-Event,valueonly)';
  const out = await git(gitDir, ['log', '--first-parent', format, 'main']);
  const cited = new Map<string, number>();
  for (const id of out.toString().split('\n')) {
    if (id.startsWith('evt_')) cited.set(id, (cited.get(id) ?? 0) + 1);
  }
  return cited;
}

async function git(gitDir: string, args: readonly string[]): Promise<Buffer> {
  const child = spawn('git', ['--git-dir', gitDir, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return buffer(child.stdout);
}
