/**
 * Finds the agent whose server has an address, or had it at a time: a report of abuse names no
 * agent, and Hetzner gives an address to another server once it is free.
 */
import type { AgentId } from '../../core/agent/agent.ts';
import { Failure } from '../../core/failure.ts';
import { parseRecordFile } from '../../core/fleet/record-file.ts';
import { recordId } from '../../core/fleet/recorded.ts';
import { isoOf, timeMs } from '../../core/text/time.ts';
import { recordAt } from '../../ports/at-snapshot.ts';
import type { DesiredState, Snapshot } from '../../ports/desired-state.ts';

type AddressHolder = {
  readonly agent: AgentId;
  readonly server: string;
  /** when that server was created, with the address */
  readonly since: string;
  /** whether it is the agent's server now */
  readonly isCurrent: boolean;
};

type History = Pick<DesiredState, 'fetch' | 'at' | 'walk'>;

/**
 * By the records. Throws `NotFound` if no server has the address.
 * @param atMs null: now
 */
export async function findAddressHolder(
  state: History,
  address: string,
  atMs: number | null,
): Promise<AddressHolder> {
  const now = await state.fetch('status');
  const then = atMs === null ? now : await statusAt(state, atMs);
  const found = then === null ? [] : await serversWith(then, address);
  const [one, ...more] = found;
  const when = atMs === null ? 'has' : 'had';
  const at = atMs === null ? '' : ` at ${isoOf(atMs)}`;
  if (one === undefined)
    throw new Failure('NotFound', `by the records no server ${when} the address ${address}${at}`);
  if (more.length > 0) {
    const agents = found.map(({ agent }) => agent).join(', ');
    throw new Failure('Conflict', `servers of ${agents} ${when} the address ${address}${at}`);
  }
  const current = (await recordAt(now, one.agent))?.server?.id;
  return { ...one, isCurrent: current === one.server };
}

async function serversWith(
  status: Snapshot,
  address: string,
): Promise<readonly Omit<AddressHolder, 'isCurrent'>[]> {
  const listed = await status.list('agents/');
  const texts = await status.readAll(listed.map(({ oid }) => oid));
  return listed.flatMap(({ path, oid }) => {
    const text = texts.get(oid) ?? '';
    // Few contain it: the others are not parsed.
    if (!text.includes(address)) return [];
    const file = parseRecordFile({ path, text });
    if (file.kind === 'invalid')
      throw new Failure('UnexpectedAnswer', `${path} names the address and cannot be read`);
    const { server } = file.record;
    if (server?.ipv4 !== address) return [];
    return [{ agent: recordId(file.record), server: server.id, since: server.created }];
  });
}

/** The records as they were at a time. */
async function statusAt(state: History, atMs: number): Promise<Snapshot> {
  for await (const page of state.walk('status')) {
    const entry = page.find(({ at }) => timeMs(at) <= atMs);
    const then = entry === undefined ? null : await state.at('status', entry.commit);
    if (then !== null) return then;
  }
  throw new Failure('NotFound', `the history of branch status begins after ${isoOf(atMs)}`);
}
