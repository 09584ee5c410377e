/** Checks one file of the agents repository as the reconciler reads it. */
import { impossible } from '../failure.ts';
import type { AgentFile, Problem } from './agent.ts';
import { parseAgentFile } from './agent-file.ts';
import { type Catalog, parseCatalog } from './catalog.ts';
import { parseApprovalFile, parseOrphanFile } from './decision-file.ts';
import { incidentsPath, parseIncidents } from './incidents.ts';
import { type Policy, parsePolicy } from './policy.ts';
import { parseSilences, silencesPath } from './silences.ts';

export type FileKind =
  | 'agent'
  | 'approval'
  | 'catalog'
  | 'incidents'
  | 'orphan'
  | 'policy'
  | 'silences';

/** The kind of the file at a path; null for a file that the reconciler does not read. */
export function fileKindOf(path: string): FileKind | null {
  if (path === 'catalog.yaml') return 'catalog';
  if (path === 'policy.yaml') return 'policy';
  if (path === silencesPath) return 'silences';
  if (path === incidentsPath) return 'incidents';
  const [folder] = path.split('/', 1);
  if (!/\.ya?ml$/.test(path)) return null;
  if (folder === 'agents') return 'agent';
  if (folder === 'approvals') return 'approval';
  return folder === 'orphans' ? 'orphan' : null;
}

export type CheckedFile = {
  readonly problems: readonly Problem[];
  readonly agent?: AgentFile;
  readonly catalog?: Catalog;
  readonly policy?: Policy;
};

export function checkFile(file: {
  readonly path: string;
  readonly kind: FileKind;
  readonly text: string;
}): CheckedFile {
  const { path, text } = file;
  if (path.endsWith('.yml')) return { problems: [wholeFile(path, ymlText)] };
  const source = { path, text, oid: '' };
  switch (file.kind) {
    case 'agent': {
      const agent = parseAgentFile(source);
      return { agent, problems: agent.kind === 'valid' ? [] : agent.problems };
    }
    case 'catalog': {
      const parsed = parseCatalog(text);
      return parsed.ok ? { catalog: parsed.value, problems: [] } : parsed;
    }
    case 'policy': {
      const parsed = parsePolicy(text);
      return parsed.ok ? { policy: parsed.value, problems: [] } : parsed;
    }
    case 'orphan':
      return problemsOf(parseOrphanFile(source));
    case 'approval':
      return problemsOf(parseApprovalFile(source));
    case 'incidents':
      return problemsOf(parseIncidents(text));
    case 'silences':
      return problemsOf(parseSilences(text));
    default:
      return impossible(file.kind);
  }
}

const ymlText = 'is not read: its name has to end in .yaml';

export function wholeFile(path: string, message: string): Problem {
  return { path, line: 0, column: 0, field: '', message };
}

function problemsOf(
  parsed: { readonly ok: true } | { readonly ok: false; readonly problems: readonly Problem[] },
): CheckedFile {
  return { problems: parsed.ok ? [] : parsed.problems };
}
