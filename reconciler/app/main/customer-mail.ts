/** Opens mail to customers; where a setting is missing, a port that names it and sends nothing. */
import { Failure } from '../../core/failure.ts';
import { linkFor } from '../../flows/status/link.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Making } from './making.ts';

export async function openCustomerMail({ part, open }: Making): Promise<Ports['customerMail']> {
  const config = part('customerMail');
  if (config.kind === 'unset') {
    const { lacks } = config;
    const missing = () => new Failure('InvalidInput', `not set: ${lacks.join(', ')}`);
    return {
      lacks,
      send: () => Promise.reject(missing()),
      statusLink() {
        throw missing();
      },
    };
  }
  const { createMail } = await import('../../adapters/mail/mail.ts');
  const { send } = createMail({ ...config.mail, clock: await open('clock') });
  return {
    lacks: [],
    send,
    statusLink: (agent, atMs) => linkFor(config.links, agent, atMs).url,
  };
}
