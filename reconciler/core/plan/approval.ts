/**
 * Builds the approval to request for changes that a limit refused: the refused set, sorted, and a
 * description of its effects. Repeating the request writes nothing.
 */
import type { ApprovalDecision } from '../../../schemas/generated/approval.ts';
import { digest } from '../agent/digest.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { compareText } from '../fleet/world.ts';
import { counted, countedText } from '../text/counted.ts';
import { markdownCode, markdownText } from '../text/markdown.ts';
import { linesWithin } from '../text/proposal-text.ts';
import { approvalEntryOf, isUsed, serverOf } from './granted.ts';
import { refusalLines } from './limits-text.ts';
import type { Plan } from './plan.ts';

type Refused = Plan['refused'][number];
type ApprovalEntry = ApprovalDecision['entries'][number];

/** Sorted by agent, then by server. */
export function refusedEntries(refused: readonly Refused[]): readonly ApprovalEntry[] {
  return refused
    .flatMap(({ change }) => approvalEntryOf(change) ?? [])
    .sort((a, b) => compareText(a.agent, b.agent) || compareText(a.server, b.server));
}

/** The same set gives the same name; a name that is taken gets a number. */
export function approvalPath(
  entries: readonly ApprovalEntry[],
  taken: (path: string) => boolean,
): string {
  const name = `approvals/${digest(entries, 16)}`;
  for (let copy = 1; copy < copiesMax; copy += 1) {
    const path = copy === 1 ? `${name}.yaml` : `${name}-${copy}.yaml`;
    if (!taken(path)) return path;
  }
  return `${name}-${copiesMax}.yaml`;
}
const copiesMax = 100;

/** Whether every entry was carried out under this approval. */
export function isUsedUp(
  path: string,
  approval: ApprovalDecision,
  records: readonly AgentRecord[],
): boolean {
  return approval.entries.every((entry) => isUsed(path, entry, records));
}

export function approvalTitle(entries: readonly ApprovalEntry[]): string {
  return `Approve ${counted(entries.length, 'deletion')} that the limits refuse`;
}

/** The text does not depend on the time. */
export function approvalBody(
  refused: readonly Refused[],
  records: readonly AgentRecord[],
  { validHours, currency }: { readonly validHours: number; readonly currency: string },
): string {
  const known = new Map(records.map((record) => [record.name, record]));
  const servers = new Set(refused.map(({ change }) => serverOf(change)).filter(Boolean));
  const customers = new Set(refused.map(({ change }) => known.get(change.agent)?.customer ?? ''));
  const cost = refused.reduce(
    (sum, { change }) => sum + (known.get(change.agent)?.cost?.monthly ?? 0),
    0,
  );
  const money = cost === 0 ? '' : `, ${cost.toFixed(2)} ${currency} a month`;
  return [
    `**Merging this destroys ${counted(servers.size, 'server')}** ` +
      `of ${counted(customers.size, 'customer')}${money.trimEnd()}, with everything on them. ` +
      'What was destroyed cannot be brought back.',
    '',
    `- Kinds: ${countedText(refused.map(({ change }) => change.kind))}`,
    ...refusalLines(refused).map((line) => `- Refused by limit ${line.replace(/^\w+/, '`$&`')}.`),
    `- Once merged it is valid for ${validHours} hours, once for each listed change, and only if that ` +
      'change is still requested. It needs the review of a code owner other than its author.',
    '- To approve a part, remove the other entries from the file before you merge. What you leave out ' +
      'stays refused for at least a day after the others were ended; to keep such an agent, revert the ' +
      'commit that requests its end.',
    '- Signups and all other changes continue meanwhile.',
    '',
    'What would happen, one line each:',
    '',
    ...linesOf(refused, known),
    '',
    'Closing this destroys nothing, and the approval is not requested again until the set changes. The ' +
      'alarm continues, and what happens without an approval stays as described above. To cancel a ' +
      'deletion, revert the commit that requests it.',
    '',
  ].join('\n');
}

function linesOf(
  refused: readonly Refused[],
  known: ReadonlyMap<string, AgentRecord>,
): readonly string[] {
  const lines = refused
    .map(({ change }) => {
      const customer = known.get(change.agent)?.customer ?? 'unknown';
      const cost = known.get(change.agent)?.cost?.monthly;
      const saved = cost === undefined ? '' : `, ${cost.toFixed(2)} a month`;
      const server = serverOf(change);
      return `- \`${change.agent}\` of ${markdownCode(customer)}: ${change.kind}${server === '' ? '' : ` of server \`${server}\``}${saved}; ${markdownText(change.because)}`;
    })
    .sort(compareText);
  return linesWithin(lines, (left) => `- … and ${left} more, in the file`);
}
