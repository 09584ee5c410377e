/**
 * What alarms and metrics are computed from: files, records and the Forge's runs. Nothing of it asks
 * Hetzner or Tailscale, so that an alarm is raised where those are what is down.
 */

import { Failure } from '../core/failure.ts';
import type { AlarmInput, Ticks } from '../core/report/alarms.ts';
import type { Ports } from '../ports.ts';
import { readCatalogAndPolicy } from '../read-catalog.ts';
import { readStop } from '../read-stop.ts';

export type AlarmPorts = Pick<Ports, 'state' | 'files' | 'journal' | 'log'> & {
  /** without it nothing is said about ticks */
  readonly forge: Pick<Ports['forge'], 'lastSuccessfulRun'> | null;
};
/** The workflow that ticks, by the name of its file, and how often it should. */
export type TickSchedule = { readonly workflow: string; readonly intervalMinutes: number };

export async function readAlarmInput(
  ports: AlarmPorts,
  schedule: TickSchedule,
): Promise<AlarmInput & { readonly stop: string | null }> {
  // A stop that cannot be read is no reason to hear of nothing.
  const [main, stop] = await Promise.all([ports.state.fetch('main'), readStop(ports)]);
  if (main === null) throw new Failure('NotFound', 'the agents repository has no branch main');
  const [{ policy }, files, journal, ticks] = await Promise.all([
    readCatalogAndPolicy(main),
    ports.files.at(main),
    ports.journal.read(),
    ticksOf(ports, schedule),
  ]);
  return { policy, files, records: journal.records, ticks, stop };
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
