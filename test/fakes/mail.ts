/** Mail in memory: what was sent, each idempotency key once a day, as Resend has it. */
import { Failure } from '../../reconciler/core/failure.ts';
import type { CustomerMail, Mail } from '../../reconciler/ports/mail.ts';
import type { FakeTime } from './time.ts';

export type SentMail = Parameters<Mail['send']>[0];
/** Mails, and when each key was used last, ms. */
type Sent = { readonly mails: SentMail[]; readonly mailKeys: Map<string, number> };

const keyMemoryMs = 24 * 3_600_000;

export function createFakeMail({ mails, mailKeys }: Sent, time: FakeTime): Mail {
  return {
    async send(mail) {
      const atMs = time.now();
      const { idempotencyKey: key } = mail;
      const knownMs = mailKeys.get(key);
      // With another text too: that is not an error of the port.
      if (knownMs !== undefined && atMs - knownMs < keyMemoryMs) return;
      mailKeys.set(key, atMs);
      mails.push(mail);
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
