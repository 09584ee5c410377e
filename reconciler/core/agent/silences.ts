/**
 * Parses silences.yaml, by which people silence alarms until a time. A file with any problem
 * silences nothing, and is an alarm itself.
 */
import type { SilencesDocument } from '../../../schemas/generated/silences.ts';
import { counted } from '../text/counted.ts';
import { dayMs, timeMs } from '../text/time.ts';
import type { Problem } from './agent.ts';
import { type AlarmKind, alarmKinds } from './alarm-kinds.ts';
import { type Check, type Parsed, parseYaml } from './document.ts';

export const silencesPath = 'silences.yaml';
const silenceDaysMax = 7;

type Entry = SilencesDocument['silences'][number];
export type Silence = Omit<Entry, 'alarm'> & { readonly alarm: AlarmKind };

export type SilencesFile =
  | { readonly kind: 'valid'; readonly silences: readonly Silence[] }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

export const silencesExample = `apiVersion: aura.dev/v1
kind: Silences
silences:
  - alarm: DeviceOffline
    agent: agt-ebatfk893tq6
    reason: its host is being repaired
    since: "2026-11-22T05:00:00Z"
    until: "2026-11-24T05:00:00Z"
`;

export function parseSilences(text: string): Parsed<SilencesDocument> {
  return parseYaml('silences', { path: silencesPath, text }, checksOf);
}

/** @param text null without a file */
export function silencesIn(text: string | null): SilencesFile {
  if (text === null) return { kind: 'valid', silences: [] };
  const parsed = parseSilences(text);
  if (!parsed.ok) return { kind: 'invalid', problems: parsed.problems };
  // The checks have found every kind on the list.
  return { kind: 'valid', silences: parsed.value.silences as readonly Silence[] };
}

function checksOf({ silences }: SilencesDocument): readonly Check[] {
  return silences.flatMap((entry, place) =>
    problemsOf(entry).map(([field, message]) => ({
      keys: ['silences', String(place), field],
      message,
    })),
  );
}

function problemsOf({ alarm, since, until }: Entry): readonly (readonly [keyof Entry, string])[] {
  const lastsMs = timeMs(until) - timeMs(since);
  const isKnown = alarmKinds.some((kind) => kind === alarm);
  return [
    ...(isKnown ? [] : ([['alarm', 'is no kind of alarm']] as const)),
    ...(lastsMs > 0 ? [] : ([['until', 'must be later than since']] as const)),
    ...(lastsMs <= silenceDaysMax * dayMs
      ? []
      : ([['until', `must be at most ${counted(silenceDaysMax, 'day')} after since`]] as const)),
  ];
}
