/** Decisions of people about orphans and about what a limit refused: text to value and back. */
import { parseDocument, stringify } from 'yaml';
import type { ApprovalDecision } from '../../../schemas/generated/approval.ts';
import type { OrphanDecision } from '../../../schemas/generated/orphan.ts';
import { isoOf, timeMs } from '../text/time.ts';
import type { Problem } from './agent.ts';
import { type FileText, type Parsed, parseYaml, problemText } from './document.ts';

export type { ApprovalDecision };

/** A file that a person meant as a decision, and that cannot be read. It decides nothing. */
export type UnreadableDecision = {
  readonly path: string;
  /** where it breaks, and why */
  readonly message: string;
  /** the orphan that it is about, as far as that can be read */
  readonly about: Pick<OrphanDecision['resource'], 'kind' | 'id'> | null;
};

export function parseOrphanFile(file: FileText): Parsed<OrphanDecision> {
  return parseYaml('orphan', file);
}

/**
 * With all that a person can decide as they would write it, to be put in the place of the last line.
 */
export function renderOrphanFile(decision: OrphanDecision): string {
  const lines = decisionExamples(decision.resource.seen).map((line) => `#   ${line}`);
  return [
    '# Change the last line to one of these, then merge. Merging it is the permission.',
    ...lines,
    stringify(decision),
  ].join('\n');
}

const keptForMs = 30 * 86_400_000;

/** @param seen when the orphan was seen first: what is said of it does not change with the clock */
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
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const message = first === undefined ? `${path} is invalid` : `${problemText(first)}${more}`;
  return { path, message, about: resourceIn(text) };
}

/** Of a file whose end is broken the beginning still says what it is about. */
function resourceIn(text: string): UnreadableDecision['about'] {
  const document = parseDocument(text, { logLevel: 'silent' });
  const [kind, id] = ['kind', 'id'].map((name): unknown => {
    return document.contents === null ? null : document.getIn(['resource', name]);
  });
  if (typeof kind !== 'string' || typeof id !== 'string') return null;
  return { kind: kind as OrphanDecision['resource']['kind'], id };
}
