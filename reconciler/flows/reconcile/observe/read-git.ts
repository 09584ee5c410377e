/** Reads from git: agents, records, and decisions about orphans and limits. */
import type { AgentFile } from '../../../core/agent/agent.ts';
import {
  parseOrphanFile,
  type UnreadableDecision,
  unreadableDecision,
} from '../../../core/agent/decision-file.ts';
import type { Policy } from '../../../core/agent/policy.ts';
import type { FleetFile } from '../../../core/fleet/fleet-record.ts';
import type { PartialReason } from '../../../core/fleet/observed.ts';
import type { AgentRecord, RecordFile } from '../../../core/fleet/recorded.ts';
import type { GrantedApproval, OrphanFile } from '../../../core/fleet/world.ts';
import { fleetFileAt } from '../../../ports/at-snapshot.ts';
import type { Snapshot } from '../../../ports/desired-state.ts';
import type { Ports } from '../../../ports/ports.ts';
import { orphanFilesOn } from '../../shared/decision-files.ts';
import { readApprovals, reviewOf } from '../../shared/read-approvals.ts';
import type { ObservePorts } from './listed.ts';

export type Known = {
  readonly files: readonly AgentFile[];
  readonly recordFiles: readonly RecordFile[];
  /** the readable ones */
  readonly records: readonly AgentRecord[];
  readonly fleetFile: FleetFile;
  /** why other records, or `fleet.yaml`, cannot be read */
  readonly unreadable: readonly PartialReason[];
  readonly statusExists: boolean;
  readonly orphanFiles: readonly Omit<OrphanFile, 'reviewed'>[];
  readonly unreadableOrphans: readonly UnreadableDecision[];
};

/** From both tips. An invalid agent file freezes only that agent. */
export async function readKnown(
  ports: ObservePorts,
  main: Snapshot,
  status: Snapshot | null,
): Promise<Known> {
  const journal = await ports.journal.read(status);
  const records: AgentRecord[] = [];
  const unreadable: PartialReason[] = [];
  for (const file of journal.records) {
    if (file.kind === 'valid') records.push(file.record);
    else unreadable.push({ source: 'status', detail: `${file.path}: ${file.why}` });
  }
  const fleetFile = await fleetFileAt(status);
  if (fleetFile.kind === 'invalid') unreadable.push({ source: 'status', detail: fleetFile.why });
  return {
    files: await ports.files.at(main),
    recordFiles: journal.records,
    records,
    fleetFile,
    unreadable,
    statusExists: status !== null,
    ...(await readOrphanFiles(ports, main)),
  };
}

/** An invalid decision is not counted, and is in the plan. */
async function readOrphanFiles(
  { log }: ObservePorts,
  main: Snapshot,
): Promise<Pick<Known, 'orphanFiles' | 'unreadableOrphans'>> {
  const orphanFiles: Known['orphanFiles'][number][] = [];
  const unreadableOrphans: UnreadableDecision[] = [];
  for (const file of await orphanFilesOn(main)) {
    const { path, oid } = file;
    const parsed = parseOrphanFile(file);
    if (parsed.ok) {
      orphanFiles.push({ path, oid, decision: parsed.value });
      continue;
    }
    const { problems } = parsed;
    log.warn({ path, problems }, 'an orphan decision is invalid and does not count');
    unreadableOrphans.push(unreadableDecision(file, problems));
  }
  return { orphanFiles, unreadableOrphans };
}

/** Decisions to destroy or adopt are counted only if reviewed. */
export async function reviewedOrphanFiles(
  ports: Pick<Ports, 'state' | 'forge' | 'log'>,
  main: Snapshot,
  files: readonly Omit<OrphanFile, 'reviewed'>[],
): Promise<readonly OrphanFile[]> {
  const reviewed: OrphanFile[] = [];
  for (const file of files) {
    const { decision } = file.decision;
    if (decision !== 'destroy' && decision !== 'adopt') {
      reviewed.push({ ...file, reviewed: false });
      continue;
    }
    const review = await reviewOf(ports, main, file.path);
    if (!review.reviewed)
      ports.log.warn({ path: file.path, why: review.why }, 'an orphan decision does not count');
    reviewed.push({ ...file, reviewed: review.reviewed });
  }
  return reviewed;
}

/** Granted approvals, and files that cannot be read. */
export async function readGranted(
  ports: Pick<Ports, 'state' | 'forge' | 'log'>,
  main: Snapshot,
  time: { readonly policy: Policy; readonly nowMs: number },
): Promise<{
  readonly granted: readonly GrantedApproval[];
  readonly unreadable: readonly UnreadableDecision[];
}> {
  const read = await readApprovals(ports, main, time);
  return {
    granted: read.flatMap(({ path, approval, standing }) =>
      standing === 'granted' && approval !== null ? [{ path, approval }] : [],
    ),
    unreadable: read.flatMap(({ approval, unreadable }) =>
      approval === null && unreadable !== undefined ? [unreadable] : [],
    ),
  };
}
