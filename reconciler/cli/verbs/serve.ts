/** `aura serve`: the HTTP face, until it is told to end. */
import { createLog } from '../../log.ts';
import { openPorts } from '../../main.ts';
import { createServer } from '../../serve/server.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { untilSignal } from '../run/until-signal.ts';
import type { VerbContext } from '../run/verb.ts';
import { openTelling, type Telling } from './alarm-telling.ts';
import { type AlarmWatch, createAlarmWatch } from './alarm-watch.ts';

const portNames = ['billing', 'state', 'files', 'journal', 'forge', 'clock'] as const;

export async function serve(
  { env, out }: VerbContext,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<ExitCode> {
  const log = createLog({ env, usual: 'info' });
  const needs = ['links', 'platform', 'ticks', 'webhooks'] as const;
  const opened = await openPorts(env, portNames, { log, needs });
  let watch: AlarmWatch | null = null;
  let telling: Telling | null = null;
  try {
    telling = await openTelling(env, log);
    const server = createServer({ ports: opened.ports, config: opened.config, log });
    const ended = untilSignal();
    const url = await server.listen({ port, host });
    if (telling === null) log.info({}, 'nobody is told of alarms from here');
    else watch = createAlarmWatch({ ...opened.ports, log }, opened.config.ticks, telling);
    void watch?.run();
    out.text(url);
    out.document({ ok: true, url });
    const signal = await ended;
    log.info({ signal }, 'ending: what is under way may finish');
    await server.close();
    return exitCodes.fine;
  } finally {
    watch?.end();
    await telling?.close();
    await opened.close();
  }
}
