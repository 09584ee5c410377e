/**
 * Renders a plan for people: plain text for a terminal, Markdown for a pull request or a run's
 * summary. Changes are grouped by kind with counts and reasons; long groups are capped.
 */

import { impossible } from '../failure.ts';
import type { Change } from '../fleet/situation.ts';
import { stepsAtStripe } from '../plan/given-up.ts';
import { deferralText, refusalLines } from '../plan/limits-text.ts';
import { isEmptyPlan, type Plan } from '../plan/plan.ts';
import { countedText, reasonsText } from '../text/counted.ts';
import { markdownText } from '../text/markdown.ts';

const shownPerGroup = 40;

type Group = {
  readonly title: string;
  /** counts of what its lines have in common; empty without a summary */
  readonly summary: string;
  readonly lines: readonly string[];
};

export function reportText(plan: Plan): string {
  const parts = [headline(plan).join('\n')];
  for (const { title, summary, lines } of groupsOf(plan)) {
    const body = capped(lines).map((line) => `  ${line}`);
    const why = isWorthIt(title, summary, lines) ? [`  ${summary}`] : [];
    parts.push([`${title} (${lines.length})`, ...why, ...body].join('\n'));
  }
  return ended(plan, parts);
}

export function reportMarkdown(plan: Plan): string {
  const [first = '', ...rest] = headline(plan);
  const parts = [`### ${first}`, rest.map((line) => `- ${markdownText(line)}`).join('\n')];
  for (const { title, summary, lines } of groupsOf(plan)) {
    const body = capped(lines).map((line) => `- ${markdownText(line)}`);
    const why = isWorthIt(title, summary, lines) ? `${markdownText(summary)}\n\n` : '';
    parts.push(`#### ${title} (${lines.length})\n\n${why}${body.join('\n')}`);
  }
  return ended(plan, parts);
}

const refusedTitle = 'Refused';

/** A single line needs no summary, except that only the summary says why changes were refused. */
function isWorthIt(title: string, summary: string, lines: readonly string[]): boolean {
  return summary !== '' && (lines.length > 1 || title === refusedTitle);
}

function ended(plan: Plan, parts: readonly string[]): string {
  const last = [
    ...(isEmptyPlan(plan) ? ['Nothing to change.'] : []),
    ...(plan.nextDueAt === null ? [] : [`Next due at ${plan.nextDueAt}.`]),
  ];
  return `${[...parts, ...last].join('\n\n')}\n`;
}

/** One change in one line. */
export function changeLine(change: Change): string {
  return `${change.kind} ${change.agent}: ${detail(change)}; ${change.because}`;
}

function headline(plan: Plan): readonly string[] {
  const { counts, cost } = plan;
  const lines = [
    `Plan ${plan.fingerprint.slice(0, 12)} for fleet ${plan.basis.fleet} at ${plan.basis.main.slice(0, 10)}, ${plan.basis.at}`,
    `${counts.files} agent files, ${counts.servers} servers, ${counts.devices} devices${costText(cost)}`,
  ];
  if (plan.stop !== undefined) lines.push(`STOPPED: ${plan.stop}`);
  if (plan.pace !== undefined) {
    const { calls, callsPerHour, minutes } = plan.pace;
    lines.push(
      `A run takes ${calls} of the ${callsPerHour} requests that Hetzner allows an hour: there can be one every ${minutes} minutes`,
    );
  }
  if (plan.reading.kind === 'named')
    lines.push(`Only changed agents were looked at: ${plan.reading.agents.length}`);
  if (plan.reading.kind === 'partial') {
    const reasons = plan.reading.reasons.map((reason) => `${reason.source}: ${reason.detail}`);
    lines.push(`PARTIAL READING: nothing is created or destroyed: ${reasons.join('; ')}`);
  }
  if (plan.fleet !== 'none') lines.push(`The fleet's own stack: ${plan.fleet}`);
  if (plan.changes.length > 0)
    lines.push(`Changes: ${countedText(plan.changes.map(({ kind }) => kind))}`);
  const { foreign } = plan;
  if (foreign !== null && foreign.servers > 0)
    lines.push(
      `Not ours in this project: ${foreign.servers} servers, ${money(foreign.monthlyCost)} a month`,
    );
  return lines;
}

/** Empty if prices could not be read. */
function costText(cost: Plan['cost']): string {
  if (cost === null) return '';
  const { currency, monthlyBefore, monthlyAfter } = cost;
  return `; ${money(monthlyBefore)} ${currency} a month now, ${money(monthlyAfter)} after`;
}

function groupsOf(plan: Plan): readonly Group[] {
  const waits = (until: string | undefined) => (until === undefined ? '' : ` (until ${until})`);
  const group = (title: string, lines: readonly string[], summary = ''): Group => ({
    title,
    lines,
    summary,
  });
  const groups: Group[] = [
    ...changeGroups(plan.changes),
    group(
      refusedTitle,
      plan.refused.map((one) => `${one.change.kind} ${one.change.agent}: ${one.change.because}`),
      refusalLines(plan.refused).join('\n  '),
    ),
    group(
      'Deferred',
      plan.deferred.map(
        (one) => `${one.place}. ${one.change.kind} ${one.change.agent}: ${deferralText(one)}`,
      ),
      countedText(plan.deferred.map(({ change, limit }) => `${change.kind} by ${limit}`)),
    ),
    group(
      'Refunds that wait',
      plan.refunds.waiting.map((one) => refundLine(one, plan.refunds)),
    ),
    group(
      'Breakers',
      plan.breakers.map((one) => `${one.scope}: ${one.message}`),
    ),
    group(
      'Left alone',
      plan.idle.map((one) => `${one.agent}: ${one.reason}, ${one.message}${waits(one.until)}`),
      countedText(plan.idle.map(({ reason }) => reason)),
    ),
    group(
      'Removed files',
      plan.removed.map((one) => one.path),
    ),
    group(
      'Finished',
      plan.finished.map(
        (one) => `${one.agent}: nothing is left${one.fileGoes ? ', its file goes' : ''}`,
      ),
    ),
    group('Orphans', plan.orphans.map(orphanLine), countedText(plan.orphans.map(orphanKind))),
    group(
      'Decisions that cannot be read',
      plan.unreadable.map(({ message }) => message),
    ),
    group(
      'Servers without a record',
      plan.waiting.map(({ server, message }) => `server ${server}: ${message}`),
    ),
    group(
      'Degraded',
      plan.degraded.map(({ agent, message }) => `${agent}: ${message}`),
    ),
    group('Locks without a run', plan.locks.map(lockLine)),
    group(
      'Deep checks',
      plan.deepChecks.map(deepCheckLine),
      countedText(plan.deepChecks.map(({ outcome }) => outcome)),
    ),
  ];
  return groups.filter(({ lines }) => lines.length > 0);
}

function changeGroups(changes: readonly Change[]): readonly Group[] {
  const kinds = [...new Set(changes.map(({ kind }) => kind))].sort();
  return kinds.map((kind) => {
    const those = changes.filter((change) => change.kind === kind);
    return {
      title: `Changes: ${kind}`,
      lines: those.map(changeLine),
      summary: `Why: ${reasonsText(those.map(({ because }) => because))}`,
    };
  });
}

function refundLine({ agent, day }: Plan['refunds']['waiting'][number], of: Plan['refunds']) {
  if (day === null) return `${agent}: the policy allows none (refund.perDayMax)`;
  return `${agent}: at ${day}; ${of.taken} of ${of.perDayMax} of today are used`;
}

function orphanKind({ resource, decision }: Plan['orphans'][number]): string {
  return `${resource} ${decision}`;
}

function orphanLine({ resource, id, name, decision, why, monthlyCost }: Plan['orphans'][number]) {
  const cost = monthlyCost === undefined ? '' : `, ${money(monthlyCost)} a month`;
  return `${resource} ${id} ${name}: ${decision}; ${why}${cost}`;
}

function lockLine({ key, who, operation, since, dead }: Plan['locks'][number]): string {
  const then = dead ? 'older than any lease: it is released' : 'waited for until its lease is over';
  return `${key}: ${who} since ${since} (${operation}); ${then}`;
}

function deepCheckLine({ agent, outcome, details }: Plan['deepChecks'][number]): string {
  return [`${agent}: ${outcome}`, ...details].join('; ');
}

function detail(change: Change): string {
  switch (change.kind) {
    case 'create':
    case 'replace': {
      const { choice } = change;
      return `plan ${choice.plan}, ${choice.serverType} in ${choice.location}, revision ${choice.revision}, ${money(change.monthlyCost)} a month`;
    }
    case 'resume':
    case 'rollback':
    case 'adopt':
      return `server ${change.server}`;
    case 'power':
      return `server ${change.server} ${change.to}`;
    case 'resize':
      return `server ${change.server} from ${change.from} to ${change.to}`;
    case 'repair':
      return `server ${change.server}, ${change.drifts.join(', ')}`;
    case 'configure':
      return `server ${change.server}, roles ${change.roleVersion}`;
    case 'retire': {
      const parts = [
        ...change.servers.map((id) => `server ${id}`),
        ...change.devices.map((id) => `device ${id}`),
        ...change.addresses.map((id) => `address ${id}`),
        ...(change.state ? ['state'] : []),
      ];
      return parts.join(', ');
    }
    case 'giveUp':
      return [`${change.attempts} attempts`, ...stepsAtStripe(change)].join(', ');
    case 'destroyOrphan':
      return `${change.resource} ${change.id}`;
    default:
      return impossible(change);
  }
}

function capped(lines: readonly string[]): readonly string[] {
  if (lines.length <= shownPerGroup) return lines;
  return [
    ...lines.slice(0, shownPerGroup),
    `… and ${lines.length - shownPerGroup} more, in the plan`,
  ];
}

function money(amount: number): string {
  return amount.toFixed(2);
}
