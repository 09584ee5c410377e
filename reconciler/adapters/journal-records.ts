/** Records of branch `status` as they stand at a commit. */
import { type AgentId, agentPath } from '../core/agent.ts';
import { Failure } from '../core/failure.ts';
import { parseRecordFile } from '../core/record-file.ts';
import type { AgentRecord, RecordFile } from '../core/recorded.ts';
import type { Snapshot } from '../ports.ts';

export async function recordOf(
  snapshot: Snapshot | null,
  agent: AgentId,
): Promise<AgentRecord | null> {
  const path = agentPath(agent);
  const file = snapshot === null ? null : await snapshot.read(path);
  if (file === null) return null;
  const parsed = parseRecordFile({ path, text: file.text });
  if (parsed.kind === 'valid') return parsed.record;
  // Writing over what we cannot read could forget a server.
  throw new Failure('UnexpectedAnswer', `the record cannot be read: ${parsed.why}`, {
    fate: 'stalled',
  });
}

/** Records are parsed once for each content: most do not change between two readings. */
export function createReader(): (snapshot: Snapshot) => Promise<readonly RecordFile[]> {
  let parsed = new Map<string, RecordFile>();
  return async (snapshot) => {
    const entries = (await snapshot.list('agents/')).filter(({ path }) => path.endsWith('.yaml'));
    const keyOf = (entry: { path: string; oid: string }) => `${entry.oid} ${entry.path}`;
    const unknown = entries.filter((entry) => !parsed.has(keyOf(entry)));
    const texts = await snapshot.readAll(unknown.map(({ oid }) => oid));
    const now = new Map<string, RecordFile>();
    for (const entry of entries) {
      const text = texts.get(entry.oid);
      const known = parsed.get(keyOf(entry));
      if (known === undefined && text === undefined) {
        throw new Failure('UnexpectedAnswer', `git has no blob ${entry.oid} of ${entry.path}`);
      }
      now.set(keyOf(entry), known ?? parseRecordFile({ path: entry.path, text: text ?? '' }));
    }
    parsed = now;
    return [...now.values()];
  };
}
