/** The description of an orphan in its decision file, and the text of the pull request. */
import type { OrphanDecision } from '../../../schemas/generated/orphan.ts';
import { type AgentId, parseAgentId } from '../agent/agent.ts';
import { decisionExamples } from '../agent/decision-file.ts';
import { agentOfState } from '../fleet/lock.ts';
import { labelNames } from '../fleet/observed.ts';
import { cents } from '../stack/cost.ts';
import { countedText } from '../text/counted.ts';
import { cut } from '../text/cut.ts';
import { markdownCode, markdownText } from '../text/markdown.ts';
import { linesWithin } from '../text/proposal-text.ts';
import { dayMs, timeMs } from '../text/time.ts';
import type { Orphan } from './orphan.ts';

export type Described = OrphanDecision['resource'];

const monthMs = 30.4375 * dayMs;

/**
 * The orphan as first seen, with texts cut to the schema's length. The cost since then is not
 * updated, so that the file stays the same.
 */
export function describedOrphan(orphan: Orphan, seen: string, lastFile: string | null): Described {
  const { resource: kind, id, name, created, labels, monthlyCost, why } = orphan;
  const soFar =
    created === undefined || monthlyCost === undefined
      ? null
      : cents((monthlyCost * Math.max(0, timeMs(seen) - timeMs(created))) / monthMs);
  return {
    kind,
    id,
    name: cut(name, 300),
    ...(created === undefined ? {} : { created }),
    seen,
    ...(labels === undefined ? {} : { labels: withValuesCut(labels) }),
    ...(monthlyCost === undefined ? {} : { monthlyCost }),
    ...(soFar === null ? {} : { costSoFar: soFar }),
    ...(lastFile === null ? {} : { lastFile: cut(lastFile, 500) }),
    why: cut(why, 1000),
  };
}

function withValuesCut(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, cut(value, 300)]));
}

/** The agent that an orphan's labels name; null if they name none. */
export function agentNamedBy(orphan: Orphan, fleet: string): AgentId | null {
  const { resource, id, name, labels } = orphan;
  const label = parseAgentId(labels?.[labelNames.agent] ?? '');
  if (label !== null) return label;
  if (resource === 'state' || resource === 'lock') return parseAgentId(agentOfState(id, fleet));
  // A device is named after its host, and a key ends with the agent that it was made for.
  return parseAgentId(/agt-[0-9a-z]{12}/.exec(name)?.[0] ?? '');
}

export function orphansBody(orphans: readonly Described[]): string {
  const seen = orphans.map((one) => one.seen).sort()[0] ?? '1970-01-01T00:00:00Z';
  const [destroy, adopt, keep] = decisionExamples(seen);
  const lines = orphans.map(lineOf);
  const monthly = cents(orphans.reduce((sum, one) => sum + (one.monthlyCost ?? 0), 0));
  const soFar = cents(orphans.reduce((sum, one) => sum + (one.costSoFar ?? 0), 0));
  return [
    'These resources have our labels and belong to no agent. They are not changed until a decision is merged.',
    '',
    `In all: ${countedText(orphans.map(({ kind }) => kind))}; ${monthly.toFixed(2)} a month, ${soFar.toFixed(2)} until they were seen.`,
    '',
    ...linesWithin(lines, (left) => `- … and ${left} more, each with its file`),
    '',
    'Change the last line of each file to one of these, then merge:',
    '',
    `- \`${destroy}\`: it is deleted after one more check. Merging is the approval.`,
    `- \`${adopt}\`: a server becomes an agent again; its file is written from history or from its labels.`,
    `- \`${keep}\`: it is proposed again after that time.`,
    '',
    'With `decision: undecided` nothing happens, and the resource stays in the plan.',
    '',
  ].join('\n');
}

function lineOf(orphan: Described): string {
  const { kind, id, name, created, monthlyCost, costSoFar, why, lastFile, labels } = orphan;
  const cost = monthlyCost === undefined ? '' : `, ${monthlyCost.toFixed(2)} a month`;
  const soFar = costSoFar === undefined ? '' : `, ${costSoFar.toFixed(2)} so far`;
  const labelTexts = Object.entries(labels ?? {}).map(([label, value]) => `${label}=${value}`);
  const named =
    labelTexts.length === 0 ? '' : `; labels ${markdownCode(labelTexts.sort().join(' '))}`;
  const file = lastFile === undefined ? '' : `; ${markdownText(lastFile)}`;
  return `- ${kind} ${markdownCode(id)} ${markdownCode(name)}${cost}${soFar}, created ${created ?? 'at an unknown time'}: ${markdownText(why)}${file}${named}`;
}
