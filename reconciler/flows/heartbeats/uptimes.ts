/**
 * The uptime of each agent over the last days. One object a day is shared by all replicas: each
 * merges into it what it saw, by a conditional write. A replica that dies loses what it saw since
 * its last write; those minutes count neither way unless another replica saw them.
 */
import type { AgentId } from '../../core/agent/agent.ts';
import { Failure } from '../../core/failure.ts';
import {
  countOfDay,
  type DayCount,
  type DayOfAgent,
  dayOfMs,
  mergedDay,
  minutesByDay,
  parseDay,
  renderDay,
  type Uptime,
  type UptimeDay,
  uptimeOf,
  withMinutes,
} from '../../core/heartbeats/uptime.ts';
import { dayMs, timeMs } from '../../core/text/time.ts';
import type { Archive } from '../../ports/archive.ts';
import { daysPrefix, ending } from '../shared/heartbeat-objects.ts';

export type Uptimes = {
  /** Notes that an agent was so from one moment until before another. */
  note(id: AgentId, kind: keyof DayOfAgent, fromMs: number, untilMs: number): void;
  /** Writes today and yesterday, reads what is missing of the days before, removes old objects. */
  exchange(fleet: string, nowMs: number): Promise<void>;
  of(id: AgentId, nowMs: number): Uptime;
};

const daysShown = 30;
const keptMs = 40 * dayMs;
const triesMax = 5;

export function createUptimes(archive: Archive): Uptimes {
  /** today and yesterday, which still change */
  const open = new Map<string, Map<AgentId, DayOfAgent>>();
  const past = createPastDays();
  let cleaned = '';

  const dayIn = (day: string) => {
    const known = open.get(day) ?? new Map<AgentId, DayOfAgent>();
    open.set(day, known);
    return known;
  };

  return {
    note(id, kind, fromMs, untilMs) {
      const oldest = dayOfMs(untilMs - dayMs);
      for (const { day, minutes } of minutesByDay(fromMs, untilMs))
        if (day >= oldest) dayIn(day).set(id, withMinutes(open.get(day)?.get(id), kind, minutes));
    },
    async exchange(fleet, nowMs) {
      const [today, yesterday] = [dayOfMs(nowMs), dayOfMs(nowMs - dayMs)];
      dayIn(today);
      dayIn(yesterday);
      for (const [day, agents] of [...open]) {
        const merged = await write(archive, keyOf(fleet, day), { day, agents });
        // What was noted meanwhile is kept.
        open.set(day, mergedDay(merged, dayIn(day)));
        if (day >= yesterday) continue;
        past.put(day, dayIn(day));
        open.delete(day);
      }
      for (const day of past.missing(nowMs)) {
        const content = await archive.get(keyOf(fleet, day));
        past.put(day, dayOf(content, day));
      }
      if (cleaned !== today) await clean(archive, fleet, nowMs);
      cleaned = today;
    },
    of(id, nowMs) {
      const counts = new Map(past.of(id, nowMs));
      for (const [day, agents] of open) {
        const one = agents.get(id);
        if (one !== undefined) counts.set(day, countOfDay(one));
      }
      return uptimeOf(counts, { nowMs, days: daysShown });
    },
  };
}

/** Merges it into the object, also where another replica writes at the same time. */
async function write(
  archive: Archive,
  key: string,
  { day, agents }: { readonly day: string; readonly agents: UptimeDay },
): Promise<Map<AgentId, DayOfAgent>> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const before = await archive.getTagged(key);
    const known = dayOf(before?.content ?? null, day);
    const merged = mergedDay(known, agents);
    const text = renderDay(day, merged);
    if (text === renderDay(day, known)) return merged;
    if (await archive.putIf(key, Buffer.from(text), before?.tag ?? null)) return merged;
  }
  throw new Failure('Conflict', `${key} is written by others all the time`, { scope: 'fleet' });
}

const keyOf = (fleet: string, day: string) => `${daysPrefix(fleet)}${day}${ending}`;

/** Empty without an object, or where it cannot be read. */
function dayOf(content: Buffer | null, day: string): UptimeDay {
  return (content === null ? null : parseDay(content.toString(), day)) ?? new Map();
}

async function clean(archive: Archive, fleet: string, nowMs: number): Promise<void> {
  for (const { key } of await archive.list(daysPrefix(fleet))) {
    const day = key.slice(daysPrefix(fleet).length).replace(ending, '');
    if (/^\d{4}-\d\d-\d\d$/.test(day) && nowMs - timeMs(day) > keptMs) await archive.remove(key);
  }
}

const slots = 32;
/** A count of minutes fits into 16 bits. */
const fields = 2;

/** Days that no longer change: two counts each, for ten thousand agents a few megabytes in all. */
function createPastDays() {
  const counts = new Map<AgentId, Uint16Array>();
  const dayOfSlot: string[] = Array.from({ length: slots }, () => '');
  const slotOf = (day: string) => Math.floor(timeMs(day) / dayMs) % slots;
  const daysBefore = (nowMs: number) =>
    Array.from({ length: daysShown - 2 }, (_, ago) => dayOfMs(nowMs - (ago + 2) * dayMs));
  return {
    put(day: string, agents: UptimeDay) {
      const slot = slotOf(day) * fields;
      dayOfSlot[slotOf(day)] = day;
      for (const kept of counts.values()) kept.fill(0, slot, slot + fields);
      for (const [id, one] of agents) {
        const kept = counts.get(id) ?? new Uint16Array(slots * fields);
        const { up, known } = countOfDay(one);
        kept.set([up, known], slot);
        counts.set(id, kept);
      }
    },
    missing: (nowMs: number) => daysBefore(nowMs).filter((day) => dayOfSlot[slotOf(day)] !== day),
    of(id: AgentId, nowMs: number): (readonly [string, DayCount])[] {
      const kept = counts.get(id);
      if (kept === undefined) return [];
      const days = daysBefore(nowMs).filter((day) => dayOfSlot[slotOf(day)] === day);
      return days.map((day) => {
        const slot = slotOf(day) * fields;
        return [day, { up: kept[slot] ?? 0, known: kept[slot + 1] ?? 0 }];
      });
    },
  };
}
