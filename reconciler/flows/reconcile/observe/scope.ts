/** What one run observes. */
import type { AgentId } from '../../../core/agent/agent.ts';

/**
 * Agents whose file changed, the fleet, or everything with the fleet's labels. `listing` is the
 * fleet without keys, snapshots and locks, which `fleet` reads once an orphan was found: read-only
 * credentials need not show them.
 */
export type Scope =
  | 'changed'
  /** these agents alone, as far as they are few */
  | { readonly agents: readonly AgentId[] }
  | 'listing'
  | 'fleet'
  | 'everything';
