/** Builds the customer's view of one agent from the fleet in memory. */
import { type AgentFile, type AgentId, agentPath } from '../../core/agent/agent.ts';
import { Failure } from '../../core/failure.ts';
import { isDeferred } from '../../core/fleet/limit-conditions.ts';
import { recordOf } from '../../core/fleet/record-file.ts';
import { readableRecords } from '../../core/fleet/recorded.ts';
import type { AgentHealth } from '../../core/heartbeats/health.ts';
import type { Uptime } from '../../core/heartbeats/uptime.ts';
import { type AgentStatusView, agentStatus } from '../../core/status/agent-status.ts';
import { type Places, placesInQueue } from '../../core/status/place-in-queue.ts';
import { tagOf } from '../../core/text/tag.ts';
import type { Ports } from '../../ports/ports.ts';
import type { FleetView } from './fleet-view.ts';
import { createLinkEpochs } from './link-epoch.ts';
import type { ReadModel, Seen } from './read-model.ts';

type StatusPorts = Pick<Ports, 'state' | 'clock'>;

/** By heartbeats, of a service that accepts them. */
type HealthReader = {
  /** null for an agent of which none is expected */
  healthOf(id: AgentId, fleet: FleetView): AgentHealth | null;
  /** of the last 30 days */
  uptimeOf(id: AgentId): Uptime;
};

export type ServedStatus = AgentStatusView & {
  /** null where no heartbeat is expected */
  readonly health: AgentHealth | null;
  /** null where the service accepts no heartbeats */
  readonly uptime: Uptime | null;
  /** the time that it is of, where it may have changed since; null where it is current */
  readonly asOf: string | null;
};

/** A status and its JSON, which is made once for many readers. */
export type ServedDocument = {
  readonly status: ServedStatus;
  readonly text: string;
  /** of the text: the same for the same one */
  readonly tag: string;
};

export type StatusReader = {
  /** null where the agent has neither a file nor a record */
  read(id: AgentId): Promise<ServedDocument | null>;
  /** `spec.linkEpoch` of the agent's file, 0 where it is absent; null where it is not known. */
  epochOf(id: AgentId): Promise<number | null>;
  /**
   * As `read`, without waiting, for a link of this epoch: most requests are for an agent that was
   * asked for a moment ago. Null where that needs a reading, or links have another epoch.
   */
  readAtOnce(id: AgentId, epoch: number): ServedDocument | null;
};

/** Sentences depend on the time: that an agent is deleted now, or who holds it. */
const shownForMs = 15_000;
/** About four kilobytes each. */
const rememberedMax = 20_000;

/** From this age on a view names the time that it is of. */
const currentMs = 60_000;

export function createStatusReader(
  { state, clock }: StatusPorts,
  model: Pick<ReadModel, 'current' | 'fresh'>,
  health: HealthReader | null = null,
): StatusReader {
  const placesIn = createPlaces();
  const epochs = createLinkEpochs(state);
  const shownIn = createShown(show);

  return {
    async read(id) {
      return shownIn(await model.current(), clock.now(), id).document;
    },
    readAtOnce(id, ofEpoch) {
      const seen = model.fresh();
      if (seen === null) return null;
      const { document, epoch } = shownIn(seen, clock.now(), id);
      return epoch === ofEpoch ? document : null;
    },
    async epochOf(id) {
      const { view } = await model.current();
      const file = view.files.get(agentPath(id)) ?? null;
      return epochs.of(id, { main: view.main, file });
    },
  };

  function show(moment: Moment, id: AgentId): Current {
    const path = agentPath(id);
    const file = moment.view.files.get(path) ?? null;
    const epoch = file?.kind === 'valid' ? (file.agent.spec.linkEpoch ?? 0) : null;
    return { status: statusOf(moment, id, { path, file }), epoch };
  }

  function statusOf(
    { view, asOf, nowMs }: Moment,
    id: AgentId,
    { path, file }: { readonly path: string; readonly file: AgentFile | null },
  ): ServedStatus | null {
    const { policy, status } = view;
    // Without its record a running agent would be shown as `queued`. Git does not show whether no run
    // has begun yet or the branch was lost: only the servers do.
    if (status === null && file !== null)
      throw new Failure('RecordsMissing', 'there is no branch status');
    const record = recordOf(id, view.records.get(path));
    const waits = record?.conditions.some(isDeferred) === true;
    const place = waits ? (placesIn(view).get(id) ?? null) : null;
    const fleet = view.fleet.kind === 'valid' ? view.fleet.record : null;
    const shown = agentStatus({ id, file, record, policy, place, fleet, nowMs });
    if (shown === null) return null;
    const uptime = health?.uptimeOf(id) ?? null;
    return { ...shown, health: health?.healthOf(id, view) ?? null, uptime, asOf };
  }
}

function asOfWhereOld(asOfMs: number, nowMs: number): string | null {
  return nowMs - asOfMs < currentMs ? null : new Date(asOfMs).toISOString();
}

type Moment = {
  readonly view: FleetView;
  readonly asOf: string | null;
  readonly nowMs: number;
};
type Current = {
  readonly status: ServedStatus | null;
  /** of the links of a valid file; else null, and git has to be asked */
  readonly epoch: number | null;
};
type Shown = {
  readonly document: ServedDocument | null;
  readonly epoch: number | null;
  readonly moment: Moment;
};

/** The status of each agent that was asked for, until the view changes or a sentence may. */
function createShown(show: (moment: Moment, id: AgentId) => Current) {
  const known = new Map<AgentId, Shown>();
  let last: Moment | null = null;

  function momentOf({ view, asOfMs }: Seen, nowMs: number): Moment {
    const asOf = asOfWhereOld(asOfMs, nowMs);
    const isSame =
      last?.view === view && last.asOf === asOf && Math.abs(nowMs - last.nowMs) < shownForMs;
    if (last === null || !isSame) last = { view, asOf, nowMs };
    return last;
  }

  return (seen: Seen, nowMs: number, id: AgentId): Shown => {
    const moment = momentOf(seen, nowMs);
    const before = known.get(id);
    if (before?.moment === moment) return before;
    const { status, epoch } = show(moment, id);
    const document = status && documentOf(status, before?.document ?? null);
    const shown = { document, epoch, moment };
    if (known.size >= rememberedMax) known.clear();
    known.set(id, shown);
    return shown;
  };
}

/** Most are as before: then they are the same object, with its tag. */
function documentOf(status: ServedStatus, before: ServedDocument | null): ServedDocument {
  const text = JSON.stringify(status);
  return text === before?.text ? before : { status, text, tag: tagOf(text) };
}

/** The queue of a view, computed once, and only for a view in which it is shown. */
function createPlaces(): (view: FleetView) => Places {
  let known: { readonly view: FleetView; readonly places: Places } | null = null;
  return (view) => {
    if (known?.view !== view)
      known = { view, places: placesInQueue(readableRecords([...view.records.values()])) };
    return known.places;
  };
}
