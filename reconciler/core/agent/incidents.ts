/**
 * Parses incident.yaml, by which people publish incidents. Of a file with any problem nothing is
 * shown, and it is an alarm.
 */
import type { IncidentsDocument } from '../../../schemas/generated/incident.ts';
import { timeMs } from '../text/time.ts';
import type { Problem } from './agent.ts';
import { type Check, type Parsed, parseYaml } from './document.ts';

export const incidentsPath = 'incident.yaml';

export type WrittenIncident = IncidentsDocument['incidents'][number];

export type IncidentsFile =
  | { readonly kind: 'valid'; readonly incidents: readonly WrittenIncident[] }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

export const incidentsExample = `apiVersion: aura.dev/v1
kind: Incidents
incidents:
  - title: New agents in Europe take longer
    state: identified
    since: "2026-11-22T05:00:00Z"
    regions: [eu-central]
    text: Our provider has few free servers. Agents that run are not affected.
`;

export function parseIncidents(text: string): Parsed<IncidentsDocument> {
  return parseYaml('incident', { path: incidentsPath, text }, checksOf);
}

/** @param text null without a file */
export function incidentsIn(text: string | null): IncidentsFile {
  if (text === null) return { kind: 'valid', incidents: [] };
  const parsed = parseIncidents(text);
  return parsed.ok
    ? { kind: 'valid', incidents: parsed.value.incidents }
    : { kind: 'invalid', problems: parsed.problems };
}

function checksOf({ incidents }: IncidentsDocument): readonly Check[] {
  return incidents.flatMap(({ state, since, until }, place) => {
    const say = (field: string, message: string) => {
      return { keys: ['incidents', String(place), field], message };
    };
    if (until === undefined)
      return state === 'resolved' ? [say('state', 'needs until: when it was resolved')] : [];
    if (state !== 'resolved') return [say('until', 'is only for one that is resolved')];
    return timeMs(until) > timeMs(since) ? [] : [say('until', 'must be later than since')];
  });
}
