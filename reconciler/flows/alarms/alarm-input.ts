/**
 * What alarms and metrics are computed from: files, records, the Forge's runs and whose the Stripe key
 * is. Nothing of it asks Hetzner or Tailscale, so that an alarm is raised where those are what is down.
 */

import { asFailure, Failure, isFailure } from '../../core/failure.ts';
import type { AlarmInput, ReconcileRuns, StripeAccount } from '../../core/status/alarms.ts';
import { fleetFileAt } from '../../ports/at-snapshot.ts';
import type { Clock } from '../../ports/clock.ts';
import { createKept } from '../../ports/kept.ts';
import type { Ports } from '../../ports/ports.ts';
import { tipOf } from '../../ports/tip.ts';
import { readCatalogAndPolicy } from '../shared/read-catalog.ts';
import { readStop } from '../shared/read-remote.ts';

export type AlarmPorts = Pick<Ports, 'state' | 'files' | 'journal' | 'log'> & {
  readonly clock: Pick<Ports['clock'], 'now'>;
  /** without it nothing is said about runs */
  readonly forge: Pick<Ports['forge'], 'lastSuccessfulRun' | 'now'> | null;
  /** without it nothing is said about Stripe's account */
  readonly billing: AccountPort | null;
};
type Account = Awaited<ReturnType<Ports['billing']['account']>>;
/** null where it is not known yet */
type AccountPort = { account(): Promise<Account | null> };

const accountAgeMsMax = 5 * 60_000;

/**
 * For those who are asked often and must not wait for Stripe: what it said last, asked again beside.
 */
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

/** @param workflow the one that reconciles, by the name of its file */
export async function readAlarmInput(
  ports: AlarmPorts,
  workflow: string,
): Promise<AlarmInput & { readonly stop: string | null; readonly nowMs: number }> {
  // A stop that cannot be read is no reason to report nothing.
  const [main, stop] = await Promise.all([tipOf(ports, 'main'), readStop(ports)]);
  const [{ policy }, files, { records, commit }, runs, account, nowMs] = await Promise.all([
    readCatalogAndPolicy(main),
    ports.files.at(main),
    ports.journal.read(),
    runsOf(ports, workflow),
    accountOf(ports),
    timeNow(ports),
  ]);
  const conditions = await conditionsOf(ports);
  const statusExists = commit !== null;
  return { policy, files, records, statusExists, runs, account, conditions, stop, nowMs };
}

/**
 * Records carry the time of the services; the later of theirs and ours, so that a machine whose clock
 * is behind gets an alarm anyway.
 */
async function timeNow({ clock, forge, log }: AlarmPorts): Promise<number> {
  const wallMs = clock.now();
  if (forge === null) return wallMs;
  try {
    return Math.max(wallMs, await forge.now());
  } catch (error) {
    log.warn({ error }, 'the Forge could not be asked what time it is');
    return wallMs;
  }
}

/** A file that cannot be read is another alarm's: the runs that meet it are partial. */
async function conditionsOf({ state }: AlarmPorts): Promise<AlarmInput['conditions']> {
  const status = (await state.confirmed('status')) ?? (await state.fetch('status'));
  const file = await fleetFileAt(status);
  return file.kind === 'valid' ? (file.record.conditions ?? []) : [];
}

/** Stripe that does not answer is no reason to hear nothing of the rest either. */
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
    log.warn({ error }, 'Stripe could not be asked whose the key is');
    return { kind: 'unknown' };
  }
}

/** A Forge that does not answer is no reason to hear nothing of the rest. */
async function runsOf({ forge, log }: AlarmPorts, workflow: string): Promise<ReconcileRuns> {
  if (forge === null) return { kind: 'unknown' };
  try {
    const lastSuccess = await forge.lastSuccessfulRun(workflow);
    return { kind: 'known', lastSuccess };
  } catch (error) {
    log.warn({ error, workflow }, 'the Forge could not be asked about its runs');
    return { kind: 'unknown' };
  }
}
