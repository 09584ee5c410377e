/**
 * The doctor's checks of mail: Resend accepts the key, the sender's domain is verified, and
 * customers get the mails that the policy names.
 */
import { impossible } from '../../../core/failure.ts';
import type { Sender } from '../../../ports/mail.ts';
import { type Environment, readConfig } from '../../config.ts';
import { Amiss, type Check, type Found } from './amiss.ts';
import { configured, type Known, policedOf, withOpened } from './doctor-known.ts';

export function mailChecks(env: Environment, known: Known): readonly Check[] {
  return [
    {
      name: 'mail',
      look: () => withOpened(env, ['mail'], async ({ mail }) => senderText(await mail.sender())),
    },
    { name: 'customers', look: () => customersFound(env, known) },
  ];
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

async function customersFound(env: Environment, known: Known): Promise<Found> {
  const { kinds } = policedOf(known).policy.mail;
  const { customerMail } = await configured(() => readConfig(env, ['customerMail']));
  if (kinds.length === 0)
    return {
      message: 'they get no mail: mail.kinds of policy.yaml is empty',
      todo: 'See docs/guide/mail.md.',
    };
  if (customerMail.kind === 'set') return `they get mails: ${kinds.join(', ')}`;
  return {
    message: `they get no mail: not set: ${customerMail.lacks.join(', ')}`,
    todo: 'Set them for the jobs of reconcile.yml that finalize, and here.',
  };
}
