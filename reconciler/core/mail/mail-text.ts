/**
 * The text of a mail to a customer. It says what the status page says (core/status/agent-next); it
 * has no name, no picture and nothing that tells whether it was read.
 */
import type { AgentId } from '../agent/agent.ts';
import { type Html, html } from '../text/html.ts';
import type { MailKind } from './mail-kind.ts';

const subjects: Readonly<Record<MailKind, string>> = {
  running: 'Your agent is running',
  failed: 'Your agent could not be set up',
  recovered: 'Your agent is running again',
  suspended: 'Your agent is suspended',
  retiring: 'Your agent is going to be deleted',
  refunded: 'You have been refunded',
};

export type MailText = { readonly subject: string; readonly text: string; readonly html: string };

/**
 * @param mail.next what the status page says of the agent now, or of the refund
 * @param mail.link of the status page; null if there is none any more
 */
export function mailText(mail: {
  readonly kind: MailKind;
  readonly agent: AgentId;
  readonly next: string;
  readonly link: string | null;
}): MailText {
  const { kind, agent, next, link } = mail;
  const subject = subjects[kind];
  const about = `This mail is about agent ${agent}.`;
  const text = [next, ...(link === null ? [] : [`${linkText}:\n${link}`]), about].join('\n\n');
  const anchor = link === null ? [] : [html`<p><a href="${link}">${linkText}</a></p>\n`];
  const body = [html`<p>${next}</p>\n`, ...anchor, html`<p>${about}</p>\n`];
  return { subject, text: `${text}\n`, html: page(subject, body).markup };
}

const linkText = 'The status of your agent';

function page(title: string, body: readonly Html[]): Html {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title></head>
<body>
${body}</body>
</html>
`;
}
