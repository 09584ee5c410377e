/**
 * Reads the input of alarms and metrics: files, records, the Forge's runs and Stripe's account. It
 * calls neither Hetzner nor Tailscale, so that alarms work while those are down.
 */

import type { AlarmInput, ReconcileRuns, StripeAccount } from '../../core/alarms/alarms.ts';
import { asFailure, Failure, isFailure } from '../../core/failure.ts';
import { type FleetFile, newFleetRecord } from '../../core/fleet/fleet-record.ts';
import { fleetFileAt, incidentsAt, silencesAt } from '../../ports/at-snapshot.ts';
import type { Clock } from '../../ports/clock.ts';
import { createKept } from '../../ports/kept.ts';
import type { Ports } from '../../ports/ports.ts';
import { tipOf } from '../../ports/tip.ts';
import { readCatalogAndPolicy } from '../shared/read-catalog.ts';
import { readStop } from '../shared/read-remote.ts';

export type AlarmPorts = Pick<Ports, 'state' | 'files' | 'journal' | 'log'> & {
  readonly clock: Pick<Ports['clock'], 'now'>;
  readonly forge: Pick<Ports['forge'], 'lastSuccessfulRun' | 'now' | 'tokenEnds'>;
  /** null leaves Stripe's account unknown */
  readonly billing: AccountPort | null;
};
type Account = Awaited<ReturnType<Ports['billing']['account']>>;
/** null where it is not known yet */
type AccountPort = { account(): Promise<Account | null> };

const accountAgeMsMax = 5 * 60_000;

/** Returns the last answer at once and refreshes it in the background. */
export function lastKnownAccount(billing: AccountPort, clock: Pick<Clock, 'now'>): AccountPort {
  const ask = () => billing.account().catch(asFailure);
  const kept = createKept(ask, { clock, freshMs: accountAgeMsMax });
  return {
    async account() {
      void kept.get();
      const said = kept.last()?.value ?? null;
      if (said instanceof Failure) throw said;
      return said;
    },
  };
}

/** @param workflow file name of the reconcile workflow */
export async function readAlarmInput(
  ports: AlarmPorts,
  workflow: string,
): Promise<AlarmInput & { readonly stop: string | null; readonly nowMs: number }> {
  // A stop that cannot be read does not prevent alarms.
  const [main, stop] = await Promise.all([tipOf(ports, 'main'), readStop(ports)]);
  const [{ policy }, silences, incidents, files, { records, commit }, runs, account, nowMs] =
    await Promise.all([
      readCatalogAndPolicy(main),
      silencesAt(main),
      incidentsAt(main),
      ports.files.at(main),
      ports.journal.read(),
      runsOf(ports, workflow),
      accountOf(ports),
      timeNow(ports),
    ]);
  const fleet = await fleetOf(ports);
  const record = fleet.kind === 'valid' ? fleet.record : newFleetRecord({});
  const { conditions = [], provisions = {}, others = [], actionsMinutes = null } = record;
  const fleetIsReadable = fleet.kind !== 'invalid';
  // Known from the answer to the question for the time.
  const ends = ports.forge.tokenEnds();
  const credentials = ends === null ? [] : [{ name: 'GITHUB_TOKEN', ends }];
  const statusExists = commit !== null;
  return {
    ...{ policy, files, records, statusExists, silences, incidents },
    ...{ fleetIsReadable, conditions, provisions, others, actionsMinutes },
    ...{ runs, account, credentials, stop, nowMs },
  };
}

/** The later of the Forge's time and ours: this machine's clock may be behind. */
async function timeNow({ clock, forge, log }: AlarmPorts): Promise<number> {
  const wallMs = clock.now();
  try {
    return Math.max(wallMs, await forge.now());
  } catch (error) {
    log.warn({ error }, 'the time could not be read from the Forge');
    return wallMs;
  }
}

/** One that cannot be read raises another alarm, through partial runs. */
async function fleetOf({ state }: AlarmPorts): Promise<FleetFile> {
  return fleetFileAt((await state.confirmed('status')) ?? (await state.fetch('status')));
}

/** A failure of Stripe does not prevent other alarms. */
async function accountOf({
  billing,
  log,
}: Pick<AlarmPorts, 'billing' | 'log'>): Promise<StripeAccount> {
  if (billing === null) return { kind: 'unknown' };
  try {
    const account = await billing.account();
    return account === null ? { kind: 'unknown' } : { kind: 'known', ...account };
  } catch (error) {
    if (isFailure(error, 'Unauthorized')) return { kind: 'refused' };
    log.warn({ error }, 'the Stripe account could not be read');
    return { kind: 'unknown' };
  }
}

/** A failure of the Forge does not prevent other alarms. */
async function runsOf({ forge, log }: AlarmPorts, workflow: string): Promise<ReconcileRuns> {
  try {
    const lastSuccess = await forge.lastSuccessfulRun(workflow);
    return { kind: 'known', lastSuccess };
  } catch (error) {
    log.warn({ error, workflow }, 'the runs could not be read from the Forge');
    return { kind: 'unknown' };
  }
}
