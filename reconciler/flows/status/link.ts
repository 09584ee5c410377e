/** Builds the URL of one agent's page, for a mail or an operator's terminal. */
import type { AgentId } from '../../core/agent/agent.ts';
import { createLink } from './token.ts';

const linkDaysUsual = 30;
const millisecondsADay = 86_400_000;

/**
 * @param links `publicUrl` is the URL of `aura serve`
 * @param agent `epoch` is `spec.linkEpoch` of its file, 0 where it is absent
 */
export function linkFor(
  links: { readonly publicUrl: string; readonly tokenSecrets: readonly [string, ...string[]] },
  agent: { readonly id: AgentId; readonly epoch: number },
  nowMs: number,
  days: number = linkDaysUsual,
): { readonly url: string; readonly expires: string } {
  const expires = Math.floor((nowMs + days * millisecondsADay) / 1000);
  const token = createLink({ ...agent, expires, secret: links.tokenSecrets[0] });
  const url = `${links.publicUrl.replace(/\/+$/, '')}/a/${agent.id}?token=${token}`;
  return { url, expires: new Date(expires * 1000).toISOString() };
}
