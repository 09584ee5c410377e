/** The page of one agent, for its customer: what it does now, what follows, and what it has. */

import { type Html, html } from '../../../core/text/html.ts';
import type { ServedStatus } from '../../../flows/status/read.ts';
import { stepNames, stepStates, words } from './agent-words.ts';
import { renderPage } from './frame.ts';
import { healthCard } from './health.ts';
import { moneyText, timeHtml } from './times.ts';

/** While something is under way, and otherwise, seconds. */
const refreshSeconds = { working: 5, resting: 30 };

export function renderAgentPage(view: ServedStatus): string {
  const { headline, tone } = words[view.phase];
  return renderPage({
    title: `${headline} · Aura`,
    about: html`<span class="hidden">Agent </span>${view.id}`,
    refreshSeconds: tone === 'work' ? refreshSeconds.working : refreshSeconds.resting,
    content: html`${hero(view)}${notes(view)}${steps(view)}<div class="grid">${healthCard(view)}${cards(view)}</div>`,
  });
}

function hero(view: ServedStatus): Html {
  const { headline, label, tone } = words[view.phase];
  return html`<section class="card hero">
<span class="pill ${tone}">${label}</span>
<h1>${headline}</h1>
<p class="lead">${view.next}</p>
${progress(view)}
${view.since === null ? null : html`<p class="small">Since ${timeHtml(view.since)}</p>`}
</section>
`;
}

/** Of a server that is being made: how far it is, and when it is probably ready. */
function progress({ phase, steps: all, estimate, queue }: ServedStatus): Html | null {
  if (phase === 'failed' || !settingUp.has(phase)) return null;
  const done = all.filter(({ state }) => state === 'done').length;
  const place =
    queue === null ? null : html`<p class="small">Place ${queue.place} of ${queue.waiting}</p>`;
  return html`<progress value="${done}" max="${all.length - 1}" aria-label="Setup">${done} of
${all.length - 1} steps</progress>
${place}${estimate === null ? null : estimateText(estimate)}`;
}

function estimateText({ at, isOverdue }: NonNullable<ServedStatus['estimate']>): Html {
  return isOverdue
    ? html`<p class="small">This takes longer than usual in your region.</p>`
    : html`<p class="small">Usually ready by ${timeHtml(at)}</p>`;
}

function notes({ asOf, trouble, deletedAt, phase }: ServedStatus): readonly Html[] {
  const said: Html[] = [];
  if (asOf !== null)
    said.push(html`<p class="note warn"><b>This is how it was at ${timeHtml(asOf)}</b>
The newest state cannot be read at the moment.</p>
`);
  if (trouble !== null) said.push(troubleNote(trouble));
  if (deletedAt !== null && phase !== 'retired')
    said.push(html`<p class="note bad"><b>Your agent and its data are deleted after
${timeHtml(deletedAt)}</b></p>
`);
  return said;
}

const freeText = 'You are not charged for a try that does not work.';

/** A refund is in what happens next. */
function troubleNote({ what, retryAt }: NonNullable<ServedStatus['trouble']>): Html {
  const [title, text] =
    retryAt === null
      ? [what, null]
      : [html`It is tried again automatically at ${timeHtml(retryAt)}`, freeText];
  return html`<p class="note warn"><b>${title}</b>
${text}</p>
`;
}

const settingUp: ReadonlySet<ServedStatus['phase']> = new Set([
  'queued',
  'creating',
  'configuring',
  'joining',
  'failed',
]);

/** Open while a server is being made; later it can be looked up. */
function steps({ phase, steps: all }: ServedStatus): Html {
  const list = html`<ol class="steps">
${all.map(
  ({ name, state, at }) => html`<li class="${state}"${state === 'current' ? current : null}>
<span class="name">${stepNames[name]}</span>
<span class="state"><span class="${at === undefined ? '' : 'hidden'}">${stepStates[state]}</span>
${at === undefined ? null : timeHtml(at)}</span></li>
`,
)}</ol>`;
  if (!settingUp.has(phase))
    return html`<details class="card" id="setup"><summary>How it was set up</summary>
${list}</details>
`;
  return html`<section class="card"><h2>Setup</h2>
${list}</section>
`;
}
const current = html` aria-current="step"`;

function cards(view: ServedStatus): readonly Html[] {
  const { phase, server, tailnet, region, plan, cost, power, reprovisionLoses } = view;
  const size = server === null ? null : sizeText(server);
  const network = [
    row('Server IP', server?.ipv4 ?? null, true),
    row('Private IP', tailnet?.address ?? null, true),
    row('Private name', tailnet?.name ?? null, true),
  ];
  const machine = [
    row('Plan', plan),
    row('Region', [region, server?.location].filter(Boolean).join(' · ') || null),
    row('Server type', server?.type ?? null),
    row('Size', size),
    row('Power', power === null ? null : powerText(power, phase)),
    row('Server cost', cost === null ? null : `${moneyText(cost)} a month`),
  ];
  const fresh =
    reprovisionLoses === null
      ? null
      : html`<section class="card whole"><h2>A fresh server</h2><p>${reprovisionLoses}</p></section>`;
  return [card('Network', network), card('Server', machine), fresh].filter((one) => one !== null);
}

function card(title: string, rows: readonly (Html | null)[]): Html | null {
  const shown = rows.filter((one) => one !== null);
  return shown.length === 0
    ? null
    : html`<section class="card"><h2>${title}</h2><dl>${shown}</dl></section>
`;
}

function row(name: string, value: string | null, isCode = false): Html | null {
  if (value === null) return null;
  const shown = isCode ? html`<code>${value}</code>` : value;
  return html`<div><dt>${name}</dt><dd>${shown}</dd></div>`;
}

function sizeText({ memoryGb, diskGb }: NonNullable<ServedStatus['server']>): string | null {
  const parts = [
    memoryGb === null ? null : `${memoryGb} GB memory`,
    diskGb === null ? null : `${diskGb} GB disk`,
  ];
  return parts.filter((part) => part !== null).join(' · ') || null;
}

function powerText(
  { asked, is }: NonNullable<ServedStatus['power']>,
  phase: ServedStatus['phase'],
): string {
  if (is === 'on') return asked === 'stopped' ? 'On, stopping' : 'On';
  return phase === 'updating' ? 'Off, starting' : 'Off';
}
