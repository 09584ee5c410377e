/**
 * The report on a pull request, in GitHub's Markdown: one comment, and the whole text where the
 * comment has to be cut. All foreign text in it is escaped.
 */
import type { Problem } from '../agent/agent.ts';
import { problemText } from '../agent/document.ts';
import type { Policy } from '../agent/policy.ts';
import { limitsInForce } from '../plan/limits-text.ts';
import { counted } from '../text/counted.ts';
import { markdownCode, markdownText } from '../text/markdown.ts';
import { sectionsOf } from './effect-lines.ts';
import type { Effects } from './effects.ts';

export type PullRequestReport = {
  /** of the merged files */
  readonly head: string;
  readonly base: string;
  readonly status: string | null;
  readonly at: string;
  /** when the recorded prices last changed; null where none are recorded */
  readonly pricesAt: string | null;
  /** in files that the pull request changes */
  readonly problems: readonly Problem[];
  /** records that cannot be read */
  readonly unreadable: number;
  /** files that are invalid on the base too, and stay as they are */
  readonly otherInvalid: number;
  /** paths of decisions about orphans and approvals that it adds, changes or removes */
  readonly decisions: readonly string[];
  readonly plan:
    | {
        readonly kind: 'made';
        readonly effects: Effects;
        readonly meanings: ReadonlyMap<string, readonly string[]>;
        readonly policy: Policy;
      }
    /** why there is none: then no run decides anything either */
    | { readonly kind: 'none'; readonly why: string };
};

/** The first line of the comment, by which it is found again. */
export const commentMarker = '<!-- aura:validate -->';

/** GitHub accepts 65,536 characters. */
const commentMax = 60_000;
const linesPerSection = 30;

/** @param whole where the whole text is; null where it is kept nowhere */
export function commentOf(report: PullRequestReport, whole: string | null): string {
  const text = rendered(report, linesPerSection, whole);
  if (text.length <= commentMax) return text;
  const kept = text.slice(0, text.lastIndexOf('\n', commentMax));
  return `${kept}\n\n${cutText(whole)}\n`;
}

export function wholeReport(report: PullRequestReport): string {
  return rendered(report, Number.POSITIVE_INFINITY, null);
}

function rendered(report: PullRequestReport, linesMax: number, whole: string | null): string {
  const sections = [problemSection(report), ...planSections(report), decisionSection(report)];
  const parts = sections
    .filter(({ lines }) => lines.length > 0)
    .map((section) => sectionText(section, linesMax, whole));
  return [commentMarker, headline(report), basisText(report), ...parts].join('\n\n').concat('\n');
}

type Section = {
  readonly title: string;
  readonly about?: string;
  /** Markdown, one line each */
  readonly lines: readonly string[];
};

function sectionText({ title, about, lines }: Section, linesMax: number, whole: string | null) {
  const shown = lines.slice(0, linesMax).map((line) => `- ${line}`);
  const rest = lines.length - shown.length;
  return [
    `#### ${title} (${lines.length})`,
    ...(about === undefined ? [] : ['', about]),
    '',
    ...shown,
    ...(rest === 0 ? [] : [`- … and ${rest} more. ${cutText(whole)}`]),
  ].join('\n');
}

function cutText(whole: string | null): string {
  return whole === null ? 'The text is cut here.' : `The whole text is in ${whole}.`;
}

function headline({ plan, problems }: PullRequestReport): string {
  const invalid = problems.length === 0 ? [] : [counted(problems.length, 'problem')];
  if (plan.kind === 'none') return `### Aura: ${[...invalid, 'no plan'].join(', ')}`;
  const { effects } = plan;
  const { created, changed, destroyed, deferred, refused } = sectionsOf(effects).counts;
  const waits = [
    ...(deferred === 0 ? [] : [`${deferred} deferred`]),
    ...(refused === 0 ? [] : [`${refused} refused`]),
  ];
  const what = [`${created} created`, `${changed} changed`, `${destroyed} destroyed`, ...waits];
  return `### Aura: ${[...invalid, ...what, costText(effects)].join(', ')}`;
}

function costText({ cost }: Effects): string {
  if (cost === null) return 'cost unknown';
  const sign = cost.by < 0 ? '−' : '+';
  return `${sign}${Math.abs(cost.by).toFixed(2)} ${cost.currency} a month`;
}

/** One line: GitHub shows a line break of a comment as it is. */
function basisText(report: PullRequestReport): string {
  const { base, head, status, at, pricesAt, plan, unreadable } = report;
  const records =
    status === null ? 'without any records' : `by the records of \`${short(status)}\``;
  const without = unreadable === 0 ? '' : ` (${counted(unreadable, 'record')} cannot be read)`;
  const prices =
    pricesAt === null
      ? 'without recorded prices, so that no create and no resize can be planned'
      : `the prices of ${pricesAt}`;
  const cost = plan.kind === 'made' ? plan.effects.cost : null;
  return [
    `What merging this (\`${short(head)}\`) changes of \`main\` (\`${short(base)}\`) at ${at},`,
    `${records} on branch \`status\`${without} and ${prices}.`,
    '**Made without looking at Hetzner, Tailscale and Stripe**: the run after the merge decides on what it',
    'finds there. Approvals count here as reviewed.',
    ...(cost === null
      ? []
      : [
          `The fleet costs ${cost.now.toFixed(2)} ${cost.currency} a month now; the difference includes`,
          'what is deferred or refused.',
        ]),
  ].join(' ');
}

function problemSection({ problems, otherInvalid }: PullRequestReport): Section {
  const others =
    otherInvalid === 0
      ? ''
      : ` On \`main\`, ${counted(otherInvalid, 'other file')} cannot be read.`;
  return {
    title: 'Invalid files',
    about:
      'An invalid file of an agent freezes that agent, an invalid decision does not count, and an ' +
      `invalid catalog or policy stops every run.${others}`,
    lines: problems.map((problem) => markdownText(problemText(problem))),
  };
}

function planSections({ plan }: PullRequestReport): readonly Section[] {
  if (plan.kind === 'none') return [{ title: 'No plan', lines: [markdownText(plan.why)] }];
  const { effects, meanings, policy } = plan;
  const means = [...meanings].flatMap(([agent, sentences]) =>
    sentences.length === 0 ? [] : [`${markdownCode(agent)}: ${markdownText(sentences.join('; '))}`],
  );
  return [
    {
      title: 'What it means for VMs and their data',
      lines: means,
    },
    ...sectionsOf(effects).sections.map(({ title, about, lines }) => ({
      title,
      ...(about === undefined ? {} : { about }),
      lines: lines.map(markdownText),
    })),
    {
      title: 'Limits in force',
      lines: [...effects.held, ...limitsInForce(policy)].map(markdownText),
    },
  ];
}

function decisionSection({ decisions }: PullRequestReport): Section {
  return {
    title: 'Decisions',
    about: 'Each takes the review of a code owner other than its author.',
    lines: decisions.map(markdownText),
  };
}

function short(oid: string): string {
  return oid.slice(0, 10);
}
