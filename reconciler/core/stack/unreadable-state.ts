/**
 * A state that Terraform cannot have written whole: what it is called, and the command that mends it.
 */
import { parseAgentId } from '../agent/agent.ts';
import { Failure } from '../failure.ts';

/** In the place of what Terraform remembers, for those who look at a state to put it right. */
export type UnreadableState = { readonly unreadable: string };

export function unreadableState(key: string, why: string): Failure {
  return new Failure('StateUnreadable', `${key} is no Terraform state: ${why}; ${mending(key)}`);
}

/** An agent's key holds its id; any other is that of the stack that the fleet shares. */
function mending(key: string): string {
  const agent = parseAgentId(key.split('/').at(-2) ?? '');
  return agent === null
    ? '`aura init --recover` recreates it'
    : `\`aura state ${agent} --rebuild\` recreates it from the server`;
}
