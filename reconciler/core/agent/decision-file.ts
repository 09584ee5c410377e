/** Parses and renders people's decisions about orphans and their approvals of refused changes. */
import { parseDocument, stringify } from 'yaml';
import type { ApprovalDecision } from '../../../schemas/generated/approval.ts';
import type { OrphanDecision } from '../../../schemas/generated/orphan.ts';
import { dayMs, isoOf, timeMs } from '../text/time.ts';
import type { Problem } from './agent.ts';
import { type FileText, firstProblemText, type Parsed, parseYaml } from './document.ts';

export type { ApprovalDecision };

/** A decision file that cannot be read; it has no effect. */
export type UnreadableDecision = {
  readonly path: string;
  /** position and reason of the first error */
  readonly message: string;
  /** the orphan that it is about, if that can be read */
  readonly about: Pick<OrphanDecision['resource'], 'kind' | 'id'> | null;
};

export function parseOrphanFile(file: FileText): Parsed<OrphanDecision> {
  return parseYaml('orphan', file);
}

/** Renders the file with each possible decision as a comment, to replace the last line with. */
export function renderOrphanFile(decision: OrphanDecision): string {
  const lines = decisionExamples(decision.resource.seen).map((line) => `#   ${line}`);
  return [
    '# Change the last line to one of these, then merge. Merging it is the permission.',
    ...lines,
    stringify(decision),
  ].join('\n');
}

const keptForMs = 30 * dayMs;

/** @param seen when the orphan was first seen, so that the text does not depend on the time */
export function decisionExamples(seen: string): readonly string[] {
  const until = isoOf(timeMs(seen) + keptForMs);
  return ['decision: destroy', 'decision: adopt', `decision: {keep: {until: "${until}"}}`];
}

export function parseApprovalFile(file: FileText): Parsed<ApprovalDecision> {
  return parseYaml('approval', file);
}

export function renderApprovalFile(approval: ApprovalDecision): string {
  return [
    '# Merging this allows exactly these, each once.',
    '# To leave one out, remove its lines, from its dash to the next.',
    stringify(approval),
  ].join('\n');
}

export function unreadableDecision(
  { path, text }: Pick<FileText, 'path' | 'text'>,
  problems: readonly Problem[],
): UnreadableDecision {
  return { path, message: firstProblemText(problems), about: resourceIn(text) };
}

/** The resource can often still be read if the file is broken further down. */
function resourceIn(text: string): UnreadableDecision['about'] {
  const document = parseDocument(text, { logLevel: 'silent' });
  const [kind, id] = ['kind', 'id'].map((name): unknown => {
    return document.contents === null ? null : document.getIn(['resource', name]);
  });
  if (typeof kind !== 'string' || typeof id !== 'string') return null;
  return { kind: kind as OrphanDecision['resource']['kind'], id };
}
