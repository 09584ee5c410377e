/**
 * The end of openclaw's log on its host. The host blanks the token of its gateway, which so never
 * leaves it; secrets of known shapes are blanked here.
 */
import { withoutSecrets } from '../../core/text/secret-shapes.ts';
import type { Host } from '../../ports/configurator.ts';
import { ranOn } from '../ssh/remote-end.ts';
import type { Ssh } from '../ssh/ssh.ts';

const tokenFile = '/etc/openclaw/gateway.env';

/** Reads the token from its file, because the arguments of a program are visible on the host. */
const blankToken =
  'awk -v file="$1" \'BEGIN { while ((getline line < file) > 0) if (sub(/^[A-Z_]+=/, "", line) ' +
  '&& length(line) > 7) known[line] } { for (one in known) while (at = index($0, one)) ' +
  '$0 = substr($0, 1, at - 1) "[secret]" substr($0, at + length(one)); print }\'';

/** A function of the host's shell: the last lines, with a time each where `output` shows it. */
export function logCommand(lines: number, output: 'cat' | 'short-iso'): string {
  const read = `journalctl --unit=openclaw --lines=${lines} --output=${output} --no-pager --quiet`;
  return `set -- ${tokenFile}; ${read} | ${blankToken}`;
}

/** The oldest first. */
export async function readUnitLog(ssh: Ssh, host: Host, lines: number): Promise<readonly string[]> {
  const command = logCommand(lines, 'short-iso');
  const { stdout } = ranOn(host, await ssh.run(host, { command }));
  const text = withoutSecrets(stdout).trimEnd();
  return text === '' ? [] : text.split('\n');
}
