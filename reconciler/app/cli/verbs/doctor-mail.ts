/** The doctor's check of mail: Resend accepts the key, and the sender's domain is verified. */
import { impossible } from '../../../core/failure.ts';
import type { Sender } from '../../../ports/mail.ts';
import type { Environment } from '../../config.ts';
import { Amiss, type Check } from './amiss.ts';
import { withOpened } from './doctor-known.ts';

export function mailChecks(env: Environment): readonly Check[] {
  const look = () => withOpened(env, ['mail'], async ({ mail }) => senderText(await mail.sender()));
  return [{ name: 'mail', look }];
}

function senderText({ domain, state }: Sender): string {
  switch (state) {
    case 'verified':
      return `Resend has verified ${domain}`;
    case 'unknown':
      return `the key may only send, so Resend does not say whether ${domain} is verified`;
    case 'not verified':
    case 'absent': {
      const message = `Resend refuses mails from ${domain}: it is ${state}`;
      throw new Amiss('Forbidden', message, 'Verify it at Resend, or change AURA_MAIL_FROM.');
    }
    default:
      return impossible(state);
  }
}
