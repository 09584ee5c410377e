/** `aura serve`: runs the HTTP service until it is asked to end. */

import { intakeAlarms } from '../../../core/status/intake-alarms.ts';
import type { Telling } from '../../../flows/alarms/alarm-watch.ts';
import { createAlarmWatch } from '../../../flows/alarms/alarm-watch.ts';
import type { Watch } from '../../../flows/shared/watch.ts';
import { createLog } from '../../log.ts';
import { openPorts } from '../../main.ts';
import { createService } from '../../serve/server.ts';
import { openTelling } from '../run/alarm-telling.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { untilSignal } from '../run/until-signal.ts';
import type { VerbContext } from '../run/verb.ts';

const portNames = ['billing', 'state', 'files', 'journal', 'forge', 'clock'] as const;

export async function serve(
  { env, out }: VerbContext,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<ExitCode> {
  const log = createLog({ env, usual: 'info' });
  const needs = ['links', 'platform', 'reconcile', 'webhooks'] as const;
  const opened = await openPorts(env, portNames, { log, needs });
  const watches: Watch[] = [];
  let telling: Telling | null = null;
  try {
    telling = await openTelling(env, log);
    const { ports, config } = opened;
    const { app, intake, ...service } = createService({ ports, config, log });
    watches.push(...service.watches);
    const ended = untilSignal();
    const url = await app.listen({ port, host });
    if (telling === null) log.info({}, 'this service sends no alarms');
    else {
      const own = async () => {
        await intake.look();
        return intakeAlarms(intake.troubles(), ports.clock.now());
      };
      const { workflow } = config.reconcile;
      watches.push(createAlarmWatch({ ...ports, log }, workflow, { ...telling, own }));
    }
    for (const watch of watches) void watch.run();
    out.text(url);
    out.document({ ok: true, url });
    const signal = await ended;
    log.info({ signal }, 'shutting down: current requests may finish');
    await app.close();
    return exitCodes.fine;
  } finally {
    for (const watch of watches) watch.end();
    await telling?.close();
    await opened.close();
  }
}
