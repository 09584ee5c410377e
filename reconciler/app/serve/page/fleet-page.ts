/** The page of the fleet, for every visitor: incidents, and how long set-ups take by region. */

import { type Html, html } from '../../../core/text/html.ts';
import type { ServedFleet } from '../../../flows/status/public.ts';
import { chart } from './chart.ts';
import { renderPage } from './frame.ts';
import { durationText, timeHtml } from './times.ts';

const refreshSeconds = 60;

type Incident = ServedFleet['incidents'][number];
type Region = ServedFleet['regions'][number];

export function renderFleetPage(fleet: ServedFleet): string {
  const open = fleet.incidents.filter(({ until }) => until === null);
  const past = fleet.incidents.filter(({ until }) => until !== null);
  const title = open.length === 0 ? 'All systems operational' : (open[0]?.title ?? '');
  return renderPage({
    title: `${title} · Aura status`,
    about: 'Status',
    refreshSeconds,
    content: html`<section class="card hero">
<span class="pill ${open.length === 0 ? 'good' : 'warn'}">${pillText(open.length)}</span>
<h1>${title}</h1>
<p class="lead">${open.length === 0 ? calm : (open[0]?.text ?? '')}</p>
${asOfText(fleet)}
</section>
${open.length === 0 ? null : list('Now', open, fleet)}
${fleet.regions.map(regionCard)}
${past.length === 0 ? null : list('Past incidents', past, fleet)}`,
  });
}

const calm = 'Agents run, and new ones are set up as they are ordered.';

function pillText(open: number): string {
  if (open === 0) return 'Operational';
  return open === 1 ? 'One incident' : `${open} incidents`;
}

function asOfText({ asOf }: ServedFleet): Html | null {
  return asOf === null ? null : html`<p class="small">As of ${timeHtml(asOf)}</p>`;
}

function list(heading: string, incidents: readonly Incident[], { regions }: ServedFleet): Html {
  const titleOf = (name: string) => regions.find(({ region }) => region === name)?.title ?? name;
  return html`<section class="card"><h2>${heading}</h2>
${incidents.map(
  (one) => html`<article class="incident">
<h3>${one.title}</h3>
<p>${one.text}</p>
<p class="small">${stateText[one.state]} · ${where(one, titleOf)} · ${span(one)}</p>
</article>
`,
)}</section>
`;
}

const stateText: Readonly<Record<Incident['state'], string>> = {
  investigating: 'Investigating',
  identified: 'Cause known',
  monitoring: 'Watching',
  resolved: 'Resolved',
};

function where({ regions }: Incident, titleOf: (name: string) => string): string {
  return regions.length === 0 ? 'All regions' : regions.map(titleOf).join(', ');
}

function span({ since, until }: Incident): Html {
  if (since === null) return html`now`;
  return until === null
    ? html`since ${timeHtml(since)}`
    : html`${timeHtml(since)} to ${timeHtml(until)}`;
}

function regionCard({ title, provisions, recent }: Region): Html {
  if (provisions === null)
    return html`<section class="card"><h2>${title}</h2>
<p class="small">No agent was set up here yet.</p></section>
`;
  const { averageSeconds, p95Seconds, failureRate, count } = provisions;
  const shown = (seconds: number | null) => (seconds === null ? '–' : durationText(seconds));
  return html`<section class="card"><h2>${title}</h2>
<dl class="figures">
<div><dt>Average</dt><dd>${shown(averageSeconds)}</dd></div>
<div><dt>95 % within</dt><dd>${shown(p95Seconds)}</dd></div>
<div><dt>Failed tries</dt><dd>${Math.round(failureRate * 100)} %</dd></div>
</dl>
${chart(recent, `Time of the last ${count} set-ups in ${title}`)}
<p class="small">Time from the first try until the agent ran, of the last ${count} set-ups.</p>
</section>
`;
}
