/**
 * The end of openclaw's log on its host. The host blanks the token of its gateway, which so never
 * leaves it; secrets of known shapes are blanked here.
 */
import { Failure } from '../../core/failure.ts';
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

/**
 * A command of the host's shell: the last lines, with a time each where `output` shows it. It fails
 * as journalctl does, which a pipe would hide.
 */
export function logCommand(lines: number, output: 'cat' | 'short-iso'): string {
  const read = `journalctl --unit=openclaw --lines=${lines} --output=${output} --no-pager --quiet`;
  return `set -- ${tokenFile}; log=$(${read}) && printf '%s\\n' "$log" | ${blankToken}`;
}

/** The oldest first. Throws `UnexpectedAnswer` where the host cannot read it. */
export async function readUnitLog(ssh: Ssh, host: Host, lines: number): Promise<readonly string[]> {
  const command = logCommand(lines, 'short-iso');
  const { code, stdout, stderr } = ranOn(host, await ssh.run(host, { command }));
  if (code !== 0) {
    const said = withoutSecrets(stderr).trim();
    const message = `the log on ${host.agent} cannot be read: journalctl exited with ${code}: ${said}`;
    throw new Failure('UnexpectedAnswer', message);
  }
  const text = withoutSecrets(stdout).trimEnd();
  return text === '' ? [] : text.split('\n');
}
