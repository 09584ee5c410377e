/**
 * Resyncs, and records the last resync that read everything in `fleet.yaml` on branch `status`, so
 * that services and workflows know of each other's. It is recorded at most once an hour, unless
 * catalog or policy changed.
 */
import {
  type FleetRecord,
  fleetPath,
  newFleetRecord,
  renderFleetRecord,
} from '../../core/fleet/fleet-record.ts';
import {
  type ResyncBasis,
  type Resynced,
  resyncDue,
  resyncedAt,
} from '../../core/fleet/resync-due.ts';
import { hourMs } from '../../core/text/time.ts';
import { fleetFileAt } from '../../ports/at-snapshot.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import { pushOnStatus, tipOf } from '../../ports/tip.ts';
import type { ResyncPorts } from './find-change.ts';
import { type ResyncOptions, type ResyncReport, resync } from './resync.ts';

/** A dry run, a part and a resync that ended early are not recorded. */
export async function recordedResync(
  ports: ResyncPorts,
  options: ResyncOptions = {},
): Promise<ResyncReport> {
  // Before the resync reads: it uses these contents or newer ones.
  const basis = await basisOf(ports);
  const report = await resync(ports, options);
  if (report.complete && !report.dryRun && options.after === undefined) await record(ports, basis);
  return report;
}

/** Why a resync is due at the current tips; null if none is. */
export async function dueResync(ports: ResyncPorts, everyMs: number): Promise<string | null> {
  const last = lastIn(await fleetFileAt(await ports.state.fetch('status')));
  return resyncDue(last, await basisOf(ports), everyMs);
}

async function basisOf(ports: ResyncPorts): Promise<ResyncBasis> {
  const main = await tipOf(ports, 'main');
  const oidOf = async (path: string) => (await main.read(path))?.oid ?? '';
  const [catalog, policy] = [await oidOf('catalog.yaml'), await oidOf('policy.yaml')];
  return { catalog, policy, nowMs: ports.clock.now() };
}

function lastIn(file: Awaited<ReturnType<typeof fleetFileAt>>): Resynced | null {
  return file.kind === 'valid' ? (file.record.resync ?? null) : null;
}

/** Only on an existing branch: a new one would be read as complete. */
async function record(ports: ResyncPorts, basis: ResyncBasis): Promise<void> {
  await pushOnStatus(ports, async (status) => {
    const text = status === null ? null : await textOf(status, basis);
    if (text === null) return { drafts: [] };
    const subject = 'All subscriptions were read';
    const edits = [{ path: fleetPath, text }];
    return { drafts: [{ subject, body: '', trailers: [['Aura-Cause', 'resync']], edits }] };
  });
}

/** null where it is recorded already, or where the file cannot be read: it is not overwritten. */
async function textOf(status: Snapshot, basis: ResyncBasis): Promise<string | null> {
  const file = await fleetFileAt(status);
  if (file.kind === 'invalid' || resyncDue(lastIn(file), basis, hourMs) === null) return null;
  const before: FleetRecord = file.kind === 'valid' ? file.record : newFleetRecord({});
  return renderFleetRecord({ ...before, resync: resyncedAt(basis) });
}
