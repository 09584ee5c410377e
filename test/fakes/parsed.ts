/** The port `AgentFiles` in memory: parsed content is kept for all later worlds. */
import { createAgentFiles } from '../../reconciler/adapters/parse-cache/agent-files.ts';
import type { AgentFiles } from '../../reconciler/ports/desired-state.ts';

const kept = new Map<string, unknown>();
/** One process handles thousands of worlds. */
const keptMax = 500;

export function createFakeFiles(): AgentFiles {
  const { at } = createAgentFiles({ folder: null, version: '' });
  return {
    at,
    async once<Value>(name: string, oid: string, make: () => Value): Promise<Value> {
      const key = `${name} ${oid}`;
      if (kept.has(key)) return kept.get(key) as Value;
      const value = make();
      if (kept.size >= keptMax) kept.clear();
      kept.set(key, value);
      return value;
    },
  };
}
