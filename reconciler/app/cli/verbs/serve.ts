/** `aura serve`: runs the HTTP service until it is asked to end. */

import type { Telling } from '../../../flows/alarms/alarm-watch.ts';
import { createAlarmWatch } from '../../../flows/alarms/alarm-watch.ts';
import type { Watch } from '../../../flows/shared/watch.ts';
import type { Log } from '../../../ports/log.ts';
import type { Environment } from '../../config.ts';
import { createLog } from '../../log.ts';
import { roleVersionOf } from '../../main/role-version.ts';
import { openPorts } from '../../main.ts';
import { createService } from '../../serve/server.ts';
import { openTelling } from '../run/alarm-telling.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { type OpenHeartbeats, openHeartbeats } from '../run/heartbeat-store.ts';
import { untilSignal } from '../run/until-signal.ts';
import type { VerbContext } from '../run/verb.ts';
import { type OpenEndpoints, openEndpoints } from '../run/webhook-endpoints.ts';

const portNames = ['billing', 'state', 'files', 'journal', 'forge', 'clock'] as const;
/** To plan, with credentials that only read. */
const planningNames = [...portNames, 'cloud', 'tailnet', 'states'] as const;

export async function serve(
  { env, out }: VerbContext,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<ExitCode> {
  const log = createLog({ env, usual: 'info' });
  const opened = await openService(env, log);
  const watches: Watch[] = [];
  let telling: Telling | null = null;
  let endpoints: OpenEndpoints | null = null;
  let heartbeats: OpenHeartbeats | null = null;
  try {
    telling = await openTelling(env, log);
    const { ports, config } = opened;
    endpoints = await openEndpoints(env, log, ports.clock);
    const planning = 'cloud' in ports ? { ...ports, configurator: await roles() } : null;
    if (planning === null) log.info({}, 'this service does not plan: HCLOUD_TOKEN is not set');
    heartbeats = await openHeartbeats(env, log);
    if (heartbeats === null)
      log.info({}, 'this service accepts no heartbeats: AURA_HEARTBEAT_SECRET is not set');
    const stores = { endpoints, heartbeats };
    const { app, intake, ...service } = createService({ ports, planning, config, ...stores, log });
    watches.push(...Object.values(service.watches));
    const ended = untilSignal();
    const url = await app.listen({ port, host });
    if (telling === null) log.info({}, 'this service sends no alarms');
    else {
      const own = async () => {
        await intake.look();
        return service.alarms();
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
    await endpoints?.close();
    await telling?.close();
    await heartbeats?.close();
    await opened.close();
  }
}

/** Without a token for Hetzner the service does not plan, and needs no other credentials for it. */
function openService(env: Environment, log: Log) {
  const plans = [env['HCLOUD_TOKEN'], env['HCLOUD_TOKEN_FILE']].some(Boolean);
  const needs = ['hooks', 'http', 'links', 'platform', 'reconcile', 'webhooks'] as const;
  return openPorts(env, plans ? planningNames : portNames, { log, needs });
}

/** All of the configurator that a plan needs. */
async function roles() {
  return { roleVersion: await roleVersionOf() };
}
