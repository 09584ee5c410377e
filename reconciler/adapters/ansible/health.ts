/** Whether openclaw answers on its host, and why it does not where its unit gave up. */
import { Failure } from '../../core/failure.ts';
import { tailText } from '../../core/text/tail.ts';
import type { Host } from '../../ports/configurator.ts';
import { ranOn } from '../ssh/remote-end.ts';
import type { Ssh } from '../ssh/ssh.ts';
import { logCommand } from './unit-log.ts';

/** The gateway listens on loopback only. */
const healthUrl = 'http://127.0.0.1:18789/healthz';
/** systemd restarts it after an exit; so many in a row are no start any more. */
const restartsMax = 3;
const logLines = 10;

/** Throws `UnitFailed` with the last lines of its log where the unit does not stay up. */
export async function readHealth(ssh: Ssh, host: Host): Promise<boolean> {
  const end = ranOn(host, await ssh.run(host, { command: healthCommand, limitMs: 30_000 }));
  const [state = '', ...log] = end.stdout.split(separator);
  const unit = propertiesIn(state);
  const answers = end.code === 0;
  if (answers && unit.get('ActiveState') === 'active') return true;
  const restarts = Number(unit.get('NRestarts') ?? 0);
  if (unit.get('ActiveState') !== 'failed' && restarts < restartsMax) return false;
  const ended = `${unit.get('Result')}, ${restarts} restarts`;
  const message = `openclaw does not stay up (${ended}): ${tailText(log.join('').split('\n'))}`;
  throw new Failure('UnitFailed', message);
}

const separator = '\n-- log --\n';

/** Exits as curl does. */
const healthCommand = [
  `curl --silent --fail --output /dev/null --max-time 10 ${healthUrl}`,
  'answer=$?',
  'systemctl show openclaw --property=ActiveState,Result,NRestarts',
  `printf '${separator.replaceAll('\n', '\\n')}'`,
  `[ "$answer" = 0 ] || { ${logCommand(logLines, 'cat')}; }`,
  'exit "$answer"',
].join('\n');

function propertiesIn(text: string): ReadonlyMap<string, string> {
  const pairs = text.split('\n').map((line) => line.split('='));
  return new Map(pairs.map(([name = '', ...value]) => [name, value.join('=')]));
}
