/** What a host reports about its agent, and what is wrong by it. */
import type { Heartbeat } from '../../../schemas/generated/heartbeat.ts';
import { validate } from '../../../schemas/validate.ts';

export type { Heartbeat };

/** What a heartbeat reports, or that there is none. */
export type HealthProblem =
  | 'NoHeartbeat'
  | 'AgentDown'
  | 'ContainerUnhealthy'
  | 'TailnetUnreachable';
type ReportedProblem = Exclude<HealthProblem, 'NoHeartbeat'>;

/** null for anything else than a heartbeat */
export function parseHeartbeat(body: Uint8Array): Heartbeat | null {
  try {
    return heartbeatIn(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)));
  } catch {
    return null;
  }
}

export function heartbeatIn(value: unknown): Heartbeat | null {
  const checked = validate('heartbeat', value);
  return checked.ok ? checked.value : null;
}

/** The first that applies; null where all is well. Memory and disk are figures, not verdicts. */
export function problemIn(beat: Heartbeat): ReportedProblem | null {
  if (beat.unit.state !== 'active' || !beat.answers) return 'AgentDown';
  if (beat.containers !== null && beat.containers.unhealthy > 0) return 'ContainerUnhealthy';
  return beat.tailnet ? null : 'TailnetUnreachable';
}
