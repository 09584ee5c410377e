/**
 * Sends the changes of the agents to one endpoint, in order for each agent, at least once. The
 * cursor is saved after the deliveries, so a process that dies in between sends them again. Of
 * several processes the one with the cursor's lease delivers; another one takes over once it ends.
 * While nothing is to be sent nothing is written.
 */
import { type Advanced, advance } from '../../core/webhooks/advance.ts';
import {
  type Cursor,
  cursorAt,
  type EndpointTrouble,
  nextDueMs,
  troubleOf,
} from '../../core/webhooks/cursor.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Receiver } from '../../ports/receiver.ts';
import { type Batch, batchOf, hasEvents, withNext } from './batch.ts';
import { type CursorFile, createCursorFile } from './cursor-file.ts';
import { type Sent, send } from './send.ts';

type EndpointPorts = Pick<Ports, 'state' | 'archive' | 'clock' | 'log'>;
type EndpointOptions = {
  readonly receiver: Receiver;
  /** of the cursor in the bucket */
  readonly key: string;
  /** this process */
  readonly holder: string;
};
export type Endpoint = {
  /** Sends what is due. */
  look(): Promise<void>;
  /** What is known of it; null while another process delivers. */
  trouble(): EndpointTrouble | null;
};

const leaseMs = 30_000;
/** Before the end of the lease, so that each delivery has ended by then. */
const beginnableMs = 15_000;
/** A look ends after so many batches, and the next one continues. */
const batchesMax = 1000;

export function createEndpoint(ports: EndpointPorts, options: EndpointOptions): Endpoint {
  const { state, clock, log } = ports;
  const { receiver, holder } = options;
  const file = createCursorFile(ports.archive, options.key);
  const lease = createLease(file, clock, holder);
  const idle = createIdle(ports);
  const about = { endpoint: receiver.name };
  let goneMs: number | null = null;
  let trouble: EndpointTrouble | null = null;

  /** null once another process delivers */
  async function deliver(cursor: Cursor, batch: Batch): Promise<Cursor | null> {
    const leased = await lease.take(cursor);
    if (leased === null) return null;
    const { untilMs } = leased.lease;
    const events = [...batch.due, ...(batch.swept?.events ?? [])];
    const latestMs = untilMs - (leaseMs - beginnableMs);
    const sent = await send(events, { receiver, clock, untilMs: latestMs });
    if (sent.gone) goneMs ??= clock.now();
    const advanced = advance(leased, { ...batch, outcomes: sent.outcomes }, clock.now());
    report(log, about, { ...sent, ...advanced });
    const saved = await lease.renew(await withNext(ports, advanced));
    if (saved === null) log.warn(about, 'another process has taken over the deliveries');
    return saved;
  }

  async function deliverAll(first: Cursor, tip: Snapshot): Promise<void> {
    let cursor: Cursor | null = first;
    trouble = troubleOf(receiver.name, first, goneMs);
    for (let batches = 0; batches < batchesMax && goneMs === null; batches += 1) {
      const batch = await batchOf(ports, cursor, tip);
      if (batch === null) {
        idle.note(tip, nextDueMs(cursor));
        break;
      }
      cursor = await deliver(cursor, batch);
      trouble = cursor === null ? null : troubleOf(receiver.name, cursor, goneMs);
      if (cursor === null) return;
    }
    await lease.release(cursor);
  }

  return {
    trouble: () => trouble,
    async look() {
      if (goneMs !== null) return;
      const tip = await state.fetch('status');
      if (tip === null || (await idle.isSo(tip))) return;
      const cursor = await file.read();
      if (cursor !== null) return deliverAll(cursor, tip);
      // An endpoint that is new gets what changes from now on.
      await file.save(cursorAt(tip.commit));
    },
  };
}

/** Nothing is to be sent of the changes up to a commit, until a time. */
function createIdle({ state, clock }: Pick<EndpointPorts, 'state' | 'clock'>) {
  let idle: { readonly commit: string; readonly untilMs: number } | null = null;
  return {
    note({ commit }: Snapshot, untilMs: number) {
      idle = { commit, untilMs };
    },
    async isSo(tip: Snapshot): Promise<boolean> {
      if (idle === null || clock.now() >= idle.untilMs) return false;
      if (idle.commit === tip.commit) return true;
      const before = await state.at('status', idle.commit);
      if (before === null || (await hasEvents({ before, after: tip }))) return false;
      idle = { ...idle, commit: tip.commit };
      return true;
    },
  };
}

type Leased = Cursor & { readonly lease: NonNullable<Cursor['lease']> };

function createLease(file: CursorFile, clock: EndpointPorts['clock'], holder: string) {
  const renew = async (cursor: Cursor): Promise<Leased | null> => {
    const leased = { ...cursor, lease: { holder, untilMs: clock.now() + leaseMs } };
    return (await file.save(leased)) ? leased : null;
  };
  return {
    renew,
    /** null if another process has it */
    async take(cursor: Cursor): Promise<Leased | null> {
      const { lease } = cursor;
      if (lease === null) return renew(cursor);
      const leftMs = lease.untilMs - clock.now();
      if (lease.holder === holder && leftMs > leaseMs - beginnableMs) return { ...cursor, lease };
      return lease.holder !== holder && leftMs > 0 ? null : renew(cursor);
    },
    async release(cursor: Cursor): Promise<void> {
      if (cursor.lease?.holder === holder) await file.save({ ...cursor, lease: null });
    },
  };
}

function report(
  log: EndpointPorts['log'],
  about: { readonly endpoint: string },
  { outcomes, gone, givenUp, cursor }: Advanced & Sent,
): void {
  const refused = [...outcomes.values()].flatMap((one) => (one.kind === 'refused' ? one.why : []));
  const sent = outcomes.size - refused.length;
  if (sent > 0) log.info({ ...about, events: sent }, 'events were sent');
  if (refused.length > 0) {
    const waiting = cursor.waiting.length;
    log.warn({ ...about, events: refused.length, why: refused[0], waiting }, 'events wait');
  }
  for (const { agent, id } of givenUp) log.error({ ...about, agent, id }, 'an event is given up');
  if (gone) log.error(about, 'the endpoint answers 410: it gets nothing until a restart');
}
