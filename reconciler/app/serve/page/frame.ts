/** The document around every page, and the headers that bind what it may load. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Html, html, trusted } from '../../../core/text/html.ts';
import { unrecorded as unrecordedCode } from '../errors.ts';
import { script } from './script.ts';
import { style } from './style.ts';

type Page = {
  readonly title: string;
  /** shown beside the name of the product */
  readonly about: Html | string;
  /** how often it is read again, in seconds; null for one that does not change */
  readonly refreshSeconds: number | null;
  readonly content: Html;
};

const logo = trusted(
  '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10.5" fill="none" ' +
    'stroke="currentColor" stroke-opacity=".3" stroke-width="3"/><circle cx="12" cy="12" r="5" ' +
    'fill="currentColor"/></svg>',
);
/** Without an address of its own, a browser would ask for /favicon.ico. */
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Ccircle " +
  "cx='12' cy='12' r='9' fill='%233b4fd8'/%3E%3C/svg%3E";

const staleNote = html`<p class="stale note warn">This page cannot be refreshed at the moment. What it
shows may have changed since.</p>`;

export function renderPage({ title, about, refreshSeconds, content }: Page): string {
  const isLive = refreshSeconds !== null;
  const again = html`<noscript><meta http-equiv="refresh" content="${refreshSeconds}"></noscript>`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${isLive ? again : null}
<title>${title}</title>
<link rel="icon" href="${icon}">
<style>${trusted(style)}</style>
</head>
<body>
<div class="page">
<header><span class="brand">${logo} Aura</span><span class="id">${about}</span></header>
<p id="live" class="hidden" role="status"></p>
${isLive ? staleNote : null}
<main data-refresh="${refreshSeconds}">
${content}
</main>
</div>
${isLive ? html`<script>${trusted(script)}</script>` : null}
</body>
</html>
`;
  return page.markup;
}

const sourceOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const contentPolicy = [
  "default-src 'none'",
  `style-src ${sourceOf(style)}`,
  `script-src ${sourceOf(script)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** For every answer of a page's address, errors included. */
export async function protectPage(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header('content-security-policy', contentPolicy);
  reply.header('cross-origin-opener-policy', 'same-origin');
  reply.header('cross-origin-resource-policy', 'same-origin');
  reply.header('x-robots-tag', 'noindex');
}

/** An error as a page, whatever found it. */
export async function asPage(
  _request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  if (reply.statusCode < 400) return payload;
  reply.type(htmlType);
  const isUnrecorded = String(payload).includes(`"code":"${unrecordedCode}"`);
  return renderNotice(reply.statusCode, isUnrecorded ? unrecorded : undefined);
}

/** A page without an agent: the link does not hold, or the answer has to wait. */
function renderNotice(status: number, notice = notices[status] ?? unavailable): string {
  const { title, text } = notice;
  return renderPage({
    title: `${title} · Aura`,
    about: '',
    refreshSeconds: status === 404 ? null : 30,
    content: html`<section class="card hero"><h1>${title}</h1><p class="lead">${text}</p></section>`,
  });
}

const unavailable = {
  title: 'This page is not available at the moment',
  text: 'Your agent is not affected. Please try again in a minute.',
};
/** Both may be true: an agent that was just ordered, and records that are being restored. */
const unrecorded = {
  title: 'The state of your agent is not known yet',
  text:
    'If you have just ordered it, its setup begins within a few minutes, and this page then shows it. ' +
    'If your agent runs already, it is not affected: our team restores what this page shows.',
};
const notices: Readonly<Record<number, typeof unavailable>> = {
  404: {
    title: 'This link is not valid',
    text:
      'It may have expired, or a newer one has replaced it. Open the link in the newest mail from ' +
      'us, or ask us for a new one.',
  },
  429: {
    title: 'Too many requests',
    text: 'This page was opened very often within a short time. Please wait a minute.',
  },
};

export const htmlType = 'text/html; charset=utf-8';
