/** Alarms of a running service about itself: its answers to webhooks, and Hetzner's rate limit. */
import type { AlarmKind } from '../agent/alarm-kinds.ts';
import type { Restarting } from '../heartbeats/restarts.ts';
import { counted } from '../text/counted.ts';
import { hourMs, isoOf } from '../text/time.ts';
import type { EndpointTrouble } from '../webhooks/cursor.ts';
import { type Alarm, alarm, minuteMs } from './alarm.ts';
import { type IntakeTroubles, intakeAlarms, intakeJudgedAfter } from './intake-alarms.ts';

/**
 * How long a process has to run before its not finding a problem means that it is over, by kind: in
 * that time, what another process saw happens here too, if it goes on.
 */
export type JudgedAfter = ReadonlyMap<AlarmKind, number>;

/** The kinds that a service raises about itself. */
const serviceJudgedAfter: JudgedAfter = new Map([
  ...intakeJudgedAfter,
  ...(['EndpointFails', 'RateBudgetLow', 'UnitRestarts', 'WebhookErrors'] as const).map(
    (kind) => [kind, hourMs] as const,
  ),
]);
/** With what depends on the credentials of a process; an hourly run confirms it less often. */
export const processJudgedAfter: JudgedAfter = new Map([
  ...serviceJudgedAfter,
  ['CredentialExpires', 3 * hourMs],
]);
export const serviceAlarmKinds: ReadonlySet<AlarmKind> = new Set(serviceJudgedAfter.keys());

/** An answer to a delivery of Stripe or GitHub. */
export type WebhookAnswer = {
  readonly route: string;
  readonly status: number;
  readonly atMs: number;
};

export type ServiceFacts = {
  readonly intake: IntakeTroubles;
  /** of the last `answersMinutes`, the oldest first */
  readonly answers: readonly WebhookAnswer[];
  /** Hetzner's rate limit as this process knows it; null where it does not call Hetzner */
  readonly budget: { readonly callsPerHour: number; readonly remaining: number } | null;
  /** units that restart again and again, by their heartbeats */
  readonly restarting: readonly Restarting[];
  /** endpoints that do not accept what this process sends */
  readonly endpoints: readonly EndpointTrouble[];
};

export const answersMinutes = 15;
const answersMin = 10;
/** Anyone may send what is refused with 4xx; a wrong secret refuses everything. */
const shareRefused = 0.9;
const shareFailed = 0.3;
const budgetLeftMin = 0.2;

export function serviceAlarms(facts: ServiceFacts, nowMs: number): readonly Alarm[] {
  const found: readonly (Alarm | null)[] = [
    ...intakeAlarms(facts.intake, nowMs),
    ...rateBudgetLow(facts.budget),
    ...webhookErrors(facts.answers, nowMs),
    unitRestarts(facts.restarting),
    ...endpointFails(facts.endpoints, nowMs),
  ];
  return found.filter((one) => one !== null);
}

function unitRestarts(restarting: readonly Restarting[]): Alarm | null {
  return alarm('UnitRestarts', 'look', restarting, (count) => {
    const most = Math.max(...restarting.map(({ restarts }) => restarts));
    return `${count} whose unit restarts again and again, up to ${most} times within an hour`;
  });
}

/** Retries go on for a day; one that answered 410 gets nothing until the service is restarted. */
function endpointFails(troubles: readonly EndpointTrouble[], nowMs: number): readonly Alarm[] {
  const lasting = troubles.filter(({ gone, sinceMs }) => gone || nowMs - sinceMs >= failingMs);
  return lasting.map(({ endpoint, sinceMs, agents, gone }): Alarm => {
    const what = gone ? 'answers 410, and gets nothing until a restart' : 'does not accept them';
    const message = `events wait, of ${counted(agents.length, 'agent')}: endpoint ${endpoint} ${what}`;
    const since = isoOf(sinceMs);
    return { kind: 'EndpointFails', severity: 'look', scope: endpoint, agents, since, message };
  });
}

const failingMs = 30 * minuteMs;

function rateBudgetLow(budget: ServiceFacts['budget']): readonly Alarm[] {
  if (budget === null || budget.remaining >= budget.callsPerHour * budgetLeftMin) return [];
  const { remaining, callsPerHour } = budget;
  const message = `${remaining} of ${callsPerHour} requests an hour to Hetzner are left: more than 80 % are used up`;
  const kind = 'RateBudgetLow' as const;
  return [{ kind, severity: 'look', scope: 'hetzner', agents: [], since: null, message }];
}

function webhookErrors(answers: readonly WebhookAnswer[], nowMs: number): readonly Alarm[] {
  const recent = answers.filter(({ atMs }) => nowMs - atMs < answersMinutes * minuteMs);
  return [...Map.groupBy(recent, ({ route }) => route)].flatMap(([route, some]): Alarm[] => {
    if (some.length < answersMin) return [];
    return ([4, 5] as const).flatMap((hundreds): Alarm[] => {
      const bad = some.filter(({ status }) => Math.floor(status / 100) === hundreds);
      const [first] = bad;
      const least = hundreds === 4 ? shareRefused : shareFailed;
      if (first === undefined || bad.length < some.length * least) return [];
      const message = `${bad.length} of ${some.length} deliveries to ${route} were answered ${hundreds}xx within ${answersMinutes} minutes`;
      const scope = `${route} ${hundreds}xx`;
      const since = isoOf(first.atMs);
      return [{ kind: 'WebhookErrors', severity: 'page', scope, agents: [], since, message }];
    });
  });
}
