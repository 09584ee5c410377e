/** Mail in memory: what was sent, each idempotency key once a day, as Resend has it. */
import { Failure } from '../../reconciler/core/failure.ts';
import type { CustomerMail, Mail } from '../../reconciler/ports/mail.ts';
import type { FakeTime } from './time.ts';

export type SentMail = Parameters<Mail['send']>[0];
/** Mails, and when each was sent, ms. */
type Sent = { readonly mails: SentMail[]; readonly mailedMs: number[] };

const hourMs = 3_600_000;
const keyMemoryMs = 24 * hourMs;
/** The clocks of runs may differ by this much. */
const leewayMs = 10 * 60_000;

export function createFakeMail({ mails, mailedMs }: Sent, time: FakeTime): Mail {
  return {
    async send(mail) {
      const last = mails.findLastIndex((one) => one.idempotencyKey === mail.idempotencyKey);
      // With another text too: that is not an error of the port.
      if (last >= 0 && time.now() - (mailedMs[last] ?? 0) < keyMemoryMs) return;
      mails.push(mail);
      mailedMs.push(time.now());
    },
    sender: async () => ({ domain: 'example.com', state: 'verified' }),
  };
}

/** @param lacks settings that are missing; a test adds some */
export function createFakeCustomerMail(
  sent: Sent,
  time: FakeTime,
  lacks: readonly string[],
): CustomerMail {
  const { send } = createFakeMail(sent, time);
  return {
    lacks,
    async send(mail) {
      if (lacks.length > 0) throw new Failure('InvalidInput', 'not set');
      await send(mail);
    },
    statusLink: ({ id, epoch }, atMs) => `https://aura.example/a/${id}?token=${epoch}.${atMs}`,
  };
}

/** No mail to a customer is sent twice, nor two of a kind to one agent within an hour. */
export function mailedTooOften({ mails, mailedMs }: Sent): readonly string[] {
  const found: string[] = [];
  const before = new Map<string, number>();
  for (const [index, { idempotencyKey: key }] of mails.entries()) {
    const [agent, kind] = key.split('/');
    if (kind?.startsWith('mail-') !== true) continue;
    const atMs = mailedMs[index] ?? 0;
    if (before.has(key)) found.push(`${key} was mailed twice`);
    const lastMs = before.get(`${agent}/${kind}`);
    if (lastMs !== undefined && atMs - lastMs < hourMs - leewayMs)
      found.push(`${agent} got two mails ${kind} within an hour`);
    before.set(key, atMs);
    before.set(`${agent}/${kind}`, atMs);
  }
  return found;
}
