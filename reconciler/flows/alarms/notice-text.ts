/** The notices as each way sends them: JSON for programs, a chat's text, a mail's. */
import type { HeardAlarm } from '../../core/alarms/silenced.ts';
import type { AlarmSummary } from './receipts.ts';
import { runbooks } from './runbooks.ts';

export type NoticeContent =
  | { readonly state: 'raised'; readonly alarm: HeardAlarm }
  | { readonly state: 'over'; readonly alarm: AlarmSummary };

const agentsShown = 20;

/** One line each: what it is, since when, for whom, what to do. */
export function noticeText(fleet: string, content: NoticeContent): string {
  return content.state === 'over'
    ? overText(fleet, content.alarm)
    : raisedText(fleet, content.alarm);
}

function raisedText(fleet: string, alarm: HeardAlarm): string {
  const { kind, severity, since, message, agents, silencedAgents } = alarm;
  const heard = agents.filter((agent) => !silencedAgents.includes(agent));
  const rest = heard.length - agentsShown;
  const named = heard.slice(0, agentsShown).join(', ');
  return [
    `${severity === 'page' ? 'Now' : 'Today'}, fleet ${fleet}: ${message}.`,
    ...(since === null ? [] : [`Since ${since}.`]),
    ...(heard.length === 0 ? [] : [`${named}${rest > 0 ? ` and ${rest} more` : ''}`]),
    ...(silencedAgents.length === 0 ? [] : [`${silencedAgents.length} of them silenced.`]),
    `What to do: docs/runbooks/${runbooks[kind]}`,
  ].join('\n');
}

function overText(fleet: string, { kind, since, message }: AlarmSummary): string {
  const was = since === null ? 'It was' : `Since ${since} it was`;
  return [`Over, fleet ${fleet}: ${kind} is no longer raised.`, `${was}: ${message}.`].join('\n');
}

/** `text` is shown by Slack and similar services; the rest is for programs. */
export function webhookNotice(fleet: string, content: NoticeContent): object {
  const { kind, severity, scope, since } = content.alarm;
  const isRaised = content.state === 'raised';
  const agents = isRaised ? content.alarm.agents : [];
  const silencedAgents = isRaised ? content.alarm.silencedAgents : [];
  const about = { state: content.state, kind, severity, scope, since, agents, silencedAgents };
  return { text: noticeText(fleet, content), fleet, ...about };
}

/** Slack's incoming webhook. https://docs.slack.dev/messaging/formatting-message-text */
export function chatNotice(fleet: string, content: NoticeContent): object {
  const [first = '', ...rest] = noticeText(fleet, content).split('\n').map(chatEscaped);
  return { text: [`*${first.replaceAll('*', '·')}*`, ...rest].join('\n') };
}

/** Without it a message from elsewhere could mention a whole channel. */
function chatEscaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
