/** What alarms judge of one agent: its file and its record. */
import { type AgentFile, shouldRun } from '../agent/agent.ts';
import type { AgentRecord } from '../fleet/recorded.ts';

export type Case = {
  readonly file: AgentFile & { readonly kind: 'valid' };
  readonly record: AgentRecord | null;
};

/** Whether runs make it run and keep it up: an isolated agent is left as it is. */
export function isToRun({ agent }: Case['file']): boolean {
  return shouldRun(agent) && agent.spec.isolated === undefined;
}
