/** The filters of `aura status`: an agent is shown if each filter that is given admits it. */
import type { AgentReport } from '../text/status-text.ts';

/** Each lists values, of which an agent needs one. */
export type StatusFilters = {
  readonly region?: readonly string[];
  readonly plan?: readonly string[];
  readonly phase?: readonly string[];
  /** types or reasons of conditions */
  readonly condition?: readonly string[];
};

export function isFiltered(filters: StatusFilters): boolean {
  const { region, plan, phase, condition } = filters;
  return [region, plan, phase, condition].some((values) => values !== undefined);
}

export function isShown(agent: AgentReport, filters: StatusFilters): boolean {
  const admits = (values: readonly string[] | undefined, found: readonly (string | null)[]) =>
    values === undefined || found.some((one) => one !== null && values.includes(one));
  return (
    admits(filters.region, [agent.region]) &&
    admits(filters.plan, [agent.plan]) &&
    admits(filters.phase, [agent.phase]) &&
    admits(
      filters.condition,
      agent.conditions.flatMap(({ type, reason }) => [type, reason]),
    )
  );
}
