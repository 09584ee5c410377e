/** The card about an agent's health: by its heartbeats, and its uptime of the last 30 days. */

import { type Html, html } from '../../../core/text/html.ts';
import type { ServedStatus } from '../../../flows/status/read.ts';
import { timeHtml } from './times.ts';

type Health = NonNullable<ServedStatus['health']>;
type Uptime = NonNullable<ServedStatus['uptime']>;

const states = {
  healthy: { tone: 'good', text: 'Healthy' },
  unhealthy: { tone: 'bad', text: 'Not healthy' },
  unknown: { tone: 'idle', text: 'Not known yet' },
} as const;

const problems: Readonly<Record<NonNullable<Health['problem']>, string>> = {
  NoHeartbeat: 'Your agent has stopped reporting.',
  AgentDown: 'Your agent is not running on its server.',
  ContainerUnhealthy: 'A part of your agent does not work.',
  TailnetUnreachable: 'Your agent is not connected to its private network.',
};

/** null for an agent that sends no heartbeats */
export function healthCard({
  health,
  uptime,
  phase,
}: Pick<ServedStatus, 'health' | 'uptime' | 'phase'>): Html | null {
  if (health === null || (phase !== 'running' && phase !== 'updating')) return null;
  const { tone, text } = states[health.state];
  return html`<section class="card whole"><h2>Health</h2>
<p><span class="pill ${tone}">${text}</span></p>
${health.problem === null ? null : html`<p>${problems[health.problem]}</p>`}
${health.lastHeartbeat === null ? null : html`<p class="small">Last report ${timeHtml(health.lastHeartbeat)}</p>`}
${health.rebootPending ? html`<p class="small">Its server restarts at night to finish an update.</p>` : null}
${uptime === null ? null : uptimeChart(uptime)}</section>
`;
}

function uptimeChart({ percent, days }: Uptime): Html | null {
  if (percent === null) return null;
  const shown = `${Math.floor(percent * 100) / 100} %`;
  const step = 600 / 30;
  return html`<svg class="chart days" viewBox="0 0 600 24" preserveAspectRatio="none" role="img" aria-label="Uptime of the last 30 days: ${shown}">
${days.slice(-30).map((day, place, all) => {
  const x = (30 - all.length + place) * step;
  return html`<rect class="${classOf(day.percent)}" x="${x}" y="0" width="${step - 5}" height="24" rx="3"><title>${day.day}: ${day.percent === null ? 'no data' : `${day.percent} %`}</title></rect>
`;
})}</svg>
<p class="small">Uptime of the last 30 days: ${shown}</p>`;
}

function classOf(percent: number | null): string {
  if (percent === null) return 'none';
  return percent >= 99 ? 'up' : percent >= 90 ? 'part' : 'no';
}
