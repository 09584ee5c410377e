/** What Resend refuses in the body of a mail: https://resend.com/docs/api-reference/emails/send-email */

export type EmailBody = {
  from: string;
  to: string | string[];
  subject: string;
  text?: string;
  html?: string;
};

const address = /^[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+\.[^\s<>@,;:"\\]+$/;
/** `email@example.com` or `Name <email@example.com>` */
const named = /^[^<>\r\n]*<([^<>]+)>$/;
const recipientsMax = 50;

type Problem = { readonly status: 422; readonly name: string; readonly message: string };

/** null where the mail would be sent */
export function problemOf(body: unknown): Problem | null {
  if (typeof body !== 'object' || body === null) return missing('to');
  const { from, to, subject, text, html } = body as Record<string, unknown>;
  for (const [field, value] of Object.entries({ to, from, subject }))
    if (value === undefined || value === '') return missing(field);
  if (text === undefined && html === undefined) return missing('html` or `text');
  if (!isAddress(from)) return malformed('from');
  const recipients = [to].flat();
  if (recipients.length === 0 || recipients.length > recipientsMax || !recipients.every(isAddress))
    return malformed('to');
  return [subject, text ?? '', html ?? ''].every((one) => typeof one === 'string')
    ? null
    : malformed('subject');
}

export function senderDomain(from: string): string {
  return (bare(from).split('@')[1] ?? '').toLowerCase();
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && address.test(bare(value));
}

function bare(value: string): string {
  return named.exec(value)?.[1] ?? value;
}

function missing(field: string): Problem {
  const message = `Missing \`${field}\` field.`;
  return { status: 422, name: 'missing_required_field', message };
}

function malformed(field: string): Problem {
  const message = `Invalid \`${field}\` field.`;
  return { status: 422, name: 'validation_error', message };
}
