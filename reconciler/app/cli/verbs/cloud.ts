/** `aura cloud`: the local cloud, until it is asked to end. Its one line is for programs. */
import { setFlagsFromString } from 'node:v8';
import { startCloud } from '../../../../local-cloud/cloud.ts';
import { createOpensshKey } from '../../../adapters/openssh.ts';
import { findTool } from '../../../adapters/tools.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { untilSignal } from '../run/until-signal.ts';
import type { VerbContext } from '../run/verb.ts';

type CloudOptions = {
  readonly port: number;
  readonly seed: number;
  readonly rate: number;
  readonly webhook?: string;
};

export async function cloud(
  { env }: VerbContext,
  { port, seed, rate, webhook }: CloudOptions,
): Promise<ExitCode> {
  keepGarbageSmall();
  const ended = untilSignal();
  const publicUrl = env['AURA_PUBLIC_URL'] ?? '';
  const started = await startCloud({
    port,
    seed,
    rate,
    motoServer: findTool('motoServer'),
    sshCaKey: createOpensshKey('local cloud').privateKey,
    ...(webhook === undefined ? {} : { webhookUrl: webhook }),
    ...(publicUrl === '' ? {} : { publicUrl }),
  });
  // The same one line with and without --json.
  process.stdout.write(`${JSON.stringify(started.addresses)}\n`);
  await ended;
  await started.close();
  return exitCodes.fine;
}

/**
 * A page of servers is garbage once it is answered, and V8 would let up to 128 MB of that pile up
 * before it clears it away. The flag for the largest size has no effect on a heap that already
 * stands; how fast it may grow has.
 */
function keepGarbageSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
