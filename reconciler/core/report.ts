/**
 * A plan for people: plain text for a terminal, Markdown for a pull request or a run's summary.
 * Long groups are capped; the rest is in the plan itself.
 */
import { impossible } from './failure.ts';
import { isEmptyPlan, type Plan } from './plan.ts';
import type { Change } from './situation.ts';

const shownPerGroup = 40;

type Group = { readonly title: string; readonly lines: readonly string[] };

export function reportText(plan: Plan): string {
  const parts = [headline(plan).join('\n')];
  for (const group of groupsOf(plan)) {
    parts.push(
      [
        `${group.title} (${group.lines.length})`,
        ...capped(group.lines).map((line) => `  ${line}`),
      ].join('\n'),
    );
  }
  if (isEmptyPlan(plan)) parts.push('Nothing to change.');
  if (plan.nextDueAt !== null) parts.push(`Next due at ${plan.nextDueAt}.`);
  return `${parts.join('\n\n')}\n`;
}

export function reportMarkdown(plan: Plan): string {
  const [first = '', ...rest] = headline(plan);
  const parts = [`### ${first}`, rest.map((line) => `- ${line}`).join('\n')];
  for (const group of groupsOf(plan)) {
    const lines = capped(group.lines).map((line) => `- ${escaped(line)}`);
    parts.push(`#### ${group.title} (${group.lines.length})\n\n${lines.join('\n')}`);
  }
  if (isEmptyPlan(plan)) parts.push('Nothing to change.');
  if (plan.nextDueAt !== null) parts.push(`Next due at ${plan.nextDueAt}.`);
  return `${parts.join('\n\n')}\n`;
}

/** One change in one line. */
export function changeLine(change: Change): string {
  return `${change.kind} ${change.agent}: ${detail(change)}; ${change.because}`;
}

function headline(plan: Plan): readonly string[] {
  const { counts, cost } = plan;
  const lines = [
    `Plan ${plan.fingerprint.slice(0, 12)} for fleet ${plan.basis.fleet} at ${plan.basis.main.slice(0, 10)}, ${plan.basis.at}`,
    `${counts.files} agent files, ${counts.servers} servers, ${counts.devices} devices; ${money(cost.monthlyBefore)} ${cost.currency} a month now, ${money(cost.monthlyAfter)} after`,
  ];
  if (plan.stop !== undefined) lines.push(`STOPPED: ${plan.stop}`);
  if (plan.reading.kind === 'partial') {
    const reasons = plan.reading.reasons.map((reason) => `${reason.source}: ${reason.detail}`);
    lines.push(`PARTIAL READING, nothing is made or destroyed: ${reasons.join('; ')}`);
  }
  if (plan.fleet !== 'none') lines.push(`The fleet's own stack: ${plan.fleet}`);
  return lines;
}

function groupsOf(plan: Plan): readonly Group[] {
  const waits = (until: string | undefined) => (until === undefined ? '' : ` (until ${until})`);
  const groups: Group[] = [
    { title: 'Changes', lines: plan.changes.map(changeLine) },
    {
      title: 'Refused',
      lines: plan.refused.map((one) => `${one.change.kind} ${one.change.agent}: ${one.message}`),
    },
    {
      title: 'Deferred',
      lines: plan.deferred.map(
        (one) => `${one.place}. ${one.change.kind} ${one.change.agent}: ${one.message}`,
      ),
    },
    { title: 'Breakers', lines: plan.breakers.map((one) => `${one.scope}: ${one.message}`) },
    {
      title: 'Left alone',
      lines: plan.idle.map(
        (one) => `${one.agent}: ${one.reason}, ${one.message}${waits(one.until)}`,
      ),
    },
    { title: 'Removed files', lines: plan.removed.map((one) => one.path) },
    {
      title: 'Settled',
      lines: plan.settled.map(
        (one) => `${one.agent}: nothing is left${one.fileGoes ? ', its file goes' : ''}`,
      ),
    },
    {
      title: 'Orphans',
      lines: plan.orphans.map(
        (one) =>
          `${one.resource} ${one.id} ${one.name}: ${one.decision}; ${one.why}${one.monthlyCost === undefined ? '' : `, ${money(one.monthlyCost)} a month`}`,
      ),
    },
  ];
  return groups.filter((group) => group.lines.length > 0);
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
      return `${change.attempts} attempts, refund ${change.refund}`;
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

/** Text from outside cannot end a list item, open a tag or mention anybody. */
function escaped(line: string): string {
  return line
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll(/[\\`*_{}[\]<>|#@]/g, (character) => `\\${character}`);
}
