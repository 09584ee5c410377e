/** Mail in memory: what was sent, each idempotency key once. */
import { Failure } from '../../reconciler/core/failure.ts';
import type { Mail } from '../../reconciler/ports/mail.ts';

export type SentMail = Parameters<Mail['send']>[0];

export function createFakeMail(sent: SentMail[]): Mail {
  return {
    async send(mail) {
      const before = sent.find((one) => one.idempotencyKey === mail.idempotencyKey);
      if (before === undefined) {
        sent.push(mail);
        return;
      }
      if (JSON.stringify(before) !== JSON.stringify(mail))
        throw new Failure('Conflict', `another mail was sent as ${mail.idempotencyKey}`);
    },
    sender: async () => ({ domain: 'example.com', state: 'verified' }),
  };
}
