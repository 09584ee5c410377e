/** `aura serve`: the HTTP face, until it is told to end. */
import { createLog } from '../log.ts';
import { openPorts } from '../main.ts';
import { createServer } from '../serve/server.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { untilSignal } from './until-signal.ts';
import type { VerbContext } from './verbs.ts';

const portNames = ['billing', 'state', 'files', 'journal', 'forge', 'clock'] as const;

export async function serve(
  { env, out }: VerbContext,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<ExitCode> {
  const log = createLog({ env, usual: 'info' });
  const needs = ['links', 'platform', 'ticks', 'webhooks'] as const;
  const opened = await openPorts(env, portNames, { log, needs });
  try {
    const server = createServer({ ports: opened.ports, config: opened.config, log });
    const ended = untilSignal();
    const url = await server.listen({ port, host });
    out.text(url);
    out.document({ ok: true, url });
    const signal = await ended;
    log.info({ signal }, 'ending: what is under way may finish');
    await server.close();
    return exitCodes.fine;
  } finally {
    await opened.close();
  }
}
