/**
 * What alarms and metrics are computed from: files, records and the Forge's runs. Nothing of it asks
 * Hetzner or Tailscale, so that an alarm is raised where those are what is down.
 */

import { Failure } from '../core/failure.ts';
import type { AlarmInput, Ticks } from '../core/report/alarms.ts';
import { fleetPath, parseFleetFile } from '../core/world/fleet-record.ts';
import type { Ports } from '../ports.ts';
import { readCatalogAndPolicy } from '../read-catalog.ts';
import { readStop } from '../read-stop.ts';

export type AlarmPorts = Pick<Ports, 'state' | 'files' | 'journal' | 'log'> & {
  readonly clock: Pick<Ports['clock'], 'now'>;
  /** without it nothing is said about ticks */
  readonly forge: Pick<Ports['forge'], 'lastSuccessfulRun' | 'now'> | null;
};
/** The workflow that ticks, by the name of its file, and how often it should. */
export type TickSchedule = { readonly workflow: string; readonly intervalMinutes: number };

export async function readAlarmInput(
  ports: AlarmPorts,
  schedule: TickSchedule,
): Promise<AlarmInput & { readonly stop: string | null; readonly nowMs: number }> {
  // A stop that cannot be read is no reason to hear of nothing.
  const [main, stop] = await Promise.all([ports.state.fetch('main'), readStop(ports)]);
  if (main === null) throw new Failure('NotFound', 'the agents repository has no branch main');
  const [{ policy }, files, journal, ticks, nowMs] = await Promise.all([
    readCatalogAndPolicy(main),
    ports.files.at(main),
    ports.journal.read(),
    ticksOf(ports, schedule),
    timeNow(ports),
  ]);
  const conditions = await conditionsOf(ports);
  return { policy, files, records: journal.records, ticks, conditions, stop, nowMs };
}

/**
 * Records carry the time of the services; the later of theirs and ours, so that a machine whose clock
 * is behind hears of an alarm all the same.
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

/** A file that cannot be read is another alarm's: the ticks that meet it are partial. */
async function conditionsOf({ state }: AlarmPorts): Promise<AlarmInput['conditions']> {
  const status = (await state.confirmed('status')) ?? (await state.fetch('status'));
  const file = parseFleetFile((await status?.read(fleetPath))?.text ?? null);
  return file.kind === 'valid' ? (file.record.conditions ?? []) : [];
}

/** A Forge that does not answer is no reason to hear nothing of the rest. */
async function ticksOf(
  { forge, log }: AlarmPorts,
  { workflow, intervalMinutes }: TickSchedule,
): Promise<Ticks> {
  if (forge === null) return { kind: 'unknown' };
  try {
    const lastSuccess = await forge.lastSuccessfulRun(workflow);
    return { kind: 'known', lastSuccess, intervalMinutes };
  } catch (error) {
    log.warn({ error, workflow }, 'the Forge could not be asked about its runs');
    return { kind: 'unknown' };
  }
}
