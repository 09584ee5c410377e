/** The texts of mails to customers, and what of them comes from outside. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mailText } from '../../../reconciler/core/mail/mail-text.ts';
import { idNo } from '../../builders/world.ts';

const agent = idNo(1);
const next = 'Your agent is running. There is nothing you need to do.';
const link = `https://aura.example/a/${agent}?token=x.y`;
const kinds = ['running', 'failed', 'recovered', 'suspended', 'retiring', 'refunded'] as const;

describe('a mail to a customer', () => {
  it('says what the page says, as text and as HTML', ({ assert: { snapshot } }) => {
    snapshot(mailText({ kind: 'running', agent, next, link }), {
      serializers: [({ subject, text, html }) => `${subject}\n\n${text}\n${html}`],
    });
  });

  it('has a subject of its own for each kind', ({ assert: { snapshot } }) => {
    const lines = kinds.map((kind) => {
      const { subject } = mailText({ kind, agent, next, link: null });
      return `${kind}: ${subject}`;
    });
    snapshot(lines.join('\n'), { serializers: [(value) => value] });
  });

  it('escapes what comes from outside, and loads nothing', () => {
    const odd = `<script>alert("x")</script> & 'y'`;
    const { subject, html } = mailText({
      kind: 'failed',
      agent,
      next: odd,
      link: `${link}"onclick`,
    });
    assert.match(html, /&lt;script&gt;alert\(&quot;x&quot;\)&lt;\/script&gt; &amp; &#39;y&#39;/);
    assert.match(html, /href="https:[^"<>]*&quot;onclick"/);
    assert.doesNotMatch(html, /<img|<script|src=|<link|url\(/);
    assert.doesNotMatch(subject, /[\r\n]/);
  });
});
