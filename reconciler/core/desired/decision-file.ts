/** Decisions of people about orphans and about what a limit refused: text to value and back. */
import { stringify } from 'yaml';
import type { ApprovalDecision } from '../../../schemas/generated/approval.ts';
import type { OrphanDecision } from '../../../schemas/generated/orphan.ts';
import { type FileText, type Parsed, parseYaml } from './document.ts';

export type { ApprovalDecision };

export function parseOrphanFile(file: FileText): Parsed<OrphanDecision> {
  return parseYaml('orphan', file);
}

export function renderOrphanFile(decision: OrphanDecision): string {
  return `# Set decision to destroy, adopt, or keep: {until: <time>}. Merging it is the permission.\n${stringify(decision)}`;
}

export function parseApprovalFile(file: FileText): Parsed<ApprovalDecision> {
  return parseYaml('approval', file);
}

export function renderApprovalFile(approval: ApprovalDecision): string {
  return `# Merging this allows exactly these, each once.\n${stringify(approval)}`;
}
