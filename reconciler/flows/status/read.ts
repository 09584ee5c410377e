/** Builds the customer's view of one agent from the fleet in memory. */
import { type AgentId, agentPath } from '../../core/agent/agent.ts';
import { Failure } from '../../core/failure.ts';
import { isDeferred } from '../../core/fleet/limit-conditions.ts';
import { recordOf } from '../../core/fleet/record-file.ts';
import { readableRecords } from '../../core/fleet/recorded.ts';
import type { AgentHealth } from '../../core/heartbeats/health.ts';
import type { Uptime } from '../../core/heartbeats/uptime.ts';
import { type AgentStatusView, agentStatus } from '../../core/status/agent-status.ts';
import { type Places, placesInQueue } from '../../core/status/place-in-queue.ts';
import type { Ports } from '../../ports/ports.ts';
import type { FleetView } from './fleet-view.ts';
import { createLinkEpochs } from './link-epoch.ts';
import type { ReadModel } from './read-model.ts';

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

export type StatusReader = {
  /** null where the agent has neither a file nor a record */
  read(id: AgentId): Promise<ServedStatus | null>;
  /** `spec.linkEpoch` of the agent's file, 0 where it is absent; null where it is not known. */
  epochOf(id: AgentId): Promise<number | null>;
};

/** Sentences depend on the time: that an agent is deleted now, or who holds it. */
const shownForMs = 15_000;
/** About two kilobytes each. */
const rememberedMax = 20_000;

/** From this age on a view names the time that it is of. */
const currentMs = 60_000;

export function createStatusReader(
  { state, clock }: StatusPorts,
  model: Pick<ReadModel, 'current'>,
  health: HealthReader | null = null,
): StatusReader {
  const placesIn = createPlaces();
  const epochs = createLinkEpochs(state);
  const shownIn = createShown();

  return {
    async read(id) {
      const { view, asOfMs } = await model.current();
      const nowMs = clock.now();
      return shownIn({ view, asOf: asOfWhereOld(asOfMs, nowMs), nowMs }, id, show);
    },
    async epochOf(id) {
      const { view } = await model.current();
      const file = view.files.get(agentPath(id)) ?? null;
      return epochs.of(id, { main: view.main, file });
    },
  };

  function show({ view, asOf, nowMs }: Moment, id: AgentId): ServedStatus | null {
    const { policy, status } = view;
    const path = agentPath(id);
    const file = view.files.get(path) ?? null;
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
type Show = (moment: Moment, id: AgentId) => ServedStatus | null;

/** The status of each agent that was asked for, until the view changes or a sentence may. */
function createShown(): (moment: Moment, id: AgentId, show: Show) => ServedStatus | null {
  const known = new Map<AgentId, ServedStatus | null>();
  let first: Moment | null = null;
  return (moment, id, show) => {
    const { view, asOf, nowMs } = moment;
    const isSame =
      first?.view === view && first.asOf === asOf && Math.abs(nowMs - first.nowMs) < shownForMs;
    if (!isSame) {
      known.clear();
      first = moment;
    }
    const before = known.get(id);
    if (before !== undefined) return before;
    const shown = show(moment, id);
    if (known.size < rememberedMax) known.set(id, shown);
    return shown;
  };
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
