/**
 * The failure of a state that cannot be read, with the command that repairs it.
 */
import { parseAgentId } from '../agent/agent.ts';
import { Failure } from '../failure.ts';

/** Replaces a state in checks and repairs. */
export type UnreadableState = { readonly unreadable: string };

export function unreadableState(key: string, why: string): Failure {
  return new Failure('StateUnreadable', `${key} is no Terraform state: ${why}; ${mending(key)}`);
}

/** An agent's key holds its id; any other key is the shared stack's. */
function mending(key: string): string {
  const agent = parseAgentId(key.split('/').at(-2) ?? '');
  return agent === null
    ? '`aura init --recover` recreates it'
    : `\`aura state ${agent} --rebuild\` recreates it from the server`;
}
