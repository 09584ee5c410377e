/** `aura cloud`: runs the local cloud until it is asked to end. Programs read its one line. */
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { startCloud } from '../../../../local-cloud/cloud.ts';
import { createOpensshKey } from '../../../adapters/openssh.ts';
import { findTool } from '../../../adapters/tools.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { untilSignal } from '../run/until-signal.ts';
import type { VerbContext } from '../run/verb.ts';

/** The program's own files, from the sources or from what the build makes of them. */
const source = join(import.meta.dirname, '../../../..').replace(/\/dist$/, '');

type CloudOptions = {
  readonly port: number;
  readonly seed: number;
  readonly rate: number;
  readonly webhook?: string;
  readonly actions?: boolean;
  readonly hosts?: boolean;
  readonly install?: boolean;
};

export async function cloud(
  { env }: VerbContext,
  { port, seed, rate, webhook, actions, hosts, install = false }: CloudOptions,
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
    ...(actions === true ? { actions: { act: findTool('act'), source, schedules: true } } : {}),
    ...(hosts === true ? realHosts(install) : {}),
    ...(publicUrl === '' ? {} : { publicUrl }),
  });
  // The same with and without --json.
  process.stdout.write(`${JSON.stringify(started.addresses)}\n`);
  await ended;
  await started.close();
  return exitCodes.fine;
}

function realHosts(install: boolean) {
  return { hosts: { install }, tailnet: { binaries: { headscale: findTool('headscale') } } };
}

/**
 * A page of servers is garbage after its answer, and V8 collects up to 128 MB of that. The flag for
 * the largest size has no effect on a heap that exists already; the one for its growth has.
 */
function keepGarbageSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
