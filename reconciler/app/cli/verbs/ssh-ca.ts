/**
 * `aura ssh-ca new`: makes an SSH user CA. Its private half is printed to stdout once, and is in no
 * file, log or message; its public half is proposed for `policy.yaml`.
 */
import { createOpensshKey } from '../../../adapters/openssh.ts';
import { proposeCa } from '../../../flows/commands/new-ca.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import { plain } from '../text/output.ts';

const portNames = ['state', 'journal', 'clock', 'forge'] as const;

export async function sshCa({ env, out }: VerbContext): Promise<ExitCode> {
  const { privateKey, publicKey } = createOpensshKey('aura user CA');
  const url = await withPorts(
    env,
    portNames,
    (ports, { configurator }) => {
      const [own = null] = configurator.ownCaKeys;
      return proposeCa(ports, { made: publicKey, own });
    },
    { needs: ['configurator'] },
  );
  out.text(privateKey);
  out.note(`Its public half is proposed: ${plain(url)}. Use the key once every host knows it.`);
  out.document({ ok: true, privateKey, publicKey, proposal: url });
  return exitCodes.fine;
}
