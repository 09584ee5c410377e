/** An agent's file and record at a commit. Each text is parsed once. */
import {
  type Agent,
  type AgentFile,
  agentPath,
  parseAgentId,
} from '../../reconciler/core/agent/agent.ts';
import { parseAgentFile } from '../../reconciler/core/agent/agent-file.ts';
import { type Builder, buildersIn } from '../../reconciler/core/fleet/builder.ts';
import {
  type FleetIds,
  fleetPath,
  fleetRecordOf,
  parseFleetFile,
} from '../../reconciler/core/fleet/fleet-record.ts';
import { labelNames, type ObservedServer } from '../../reconciler/core/fleet/observed.ts';
import { parseRecordFile } from '../../reconciler/core/fleet/record-file.ts';
import type { AgentRecord, RecordFile } from '../../reconciler/core/fleet/recorded.ts';
import { type FakeGit, oidOf } from './git.ts';

type Tree = ReadonlyMap<string, string>;

/** The agent's file where it is valid; null otherwise. */
export function fileAt(git: FakeGit, commit: string | null, agent: string): Agent | null {
  const path = pathOf(agent);
  const text = treeAt(git, commit).get(path);
  return text === undefined ? null : agentIn(path, text);
}

export function recordAt(git: FakeGit, commit: string | null, agent: string): AgentRecord | null {
  const path = pathOf(agent);
  const text = treeAt(git, commit).get(path);
  const parsed = text === undefined ? null : recordIn(path, text);
  return parsed?.kind === 'valid' ? parsed.record : null;
}

/** The lease of a builder in `fleet.yaml` that has the server's nonce; null without one. */
export function builderLease(
  git: FakeGit,
  commit: string | null,
  { labels }: Pick<ObservedServer, 'labels'>,
): Builder | null {
  const file = parseFleetFile(treeAt(git, commit).get(fleetPath) ?? null);
  if (file.kind !== 'valid' || labels[labelNames.builder] === undefined) return null;
  const nonce = labels[labelNames.nonce];
  return buildersIn(file.record).find((one) => one.nonce === nonce) ?? null;
}

/** Ids of the servers in the records at the tip of `status`. */
export function recordsWithServers(git: FakeGit): readonly AgentRecord[] {
  return [...(git.tip('status')?.tree ?? [])].flatMap(([path, text]) => {
    const parsed = path.startsWith('agents/') ? recordIn(path, text) : null;
    if (parsed?.kind !== 'valid' || parsed.record.gone !== undefined) return [];
    return parsed.record.server === undefined ? [] : [parsed.record];
  });
}

export function treeAt(git: FakeGit, commit: string | null): Tree {
  return git.commits.get(commit ?? '')?.tree ?? new Map();
}

export function agentIn(path: string, text: string): Agent | null {
  const file = agentFileIn(path, text);
  return file.kind === 'valid' ? file.agent : null;
}

export function agentFileIn(path: string, text: string): AgentFile {
  return kept(files, `${path}\n${text}`, () => parseAgentFile({ path, oid: oidOf(text), text }));
}

export function recordIn(path: string, text: string): RecordFile {
  return kept(records, `${path}\n${text}`, () => parseRecordFile({ path, text }));
}

/** Of the firewalls, in the text of `fleet.yaml`. */
export function fleetIdsIn(text: string | null): FleetIds | null {
  return fleetRecordOf(parseFleetFile(text))?.firewalls ?? null;
}

function pathOf(agent: string): string {
  const id = parseAgentId(agent);
  return id === null ? '' : agentPath(id);
}

const files = new Map<string, AgentFile>();
const records = new Map<string, RecordFile>();
/** One process handles thousands of worlds. */
const keptMax = 5000;

function kept<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  if (map.size >= keptMax) map.clear();
  map.set(key, value);
  return value;
}
