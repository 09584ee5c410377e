/** How a tick is asked for: the event that the workflow which ticks waits for. */
import type { Forge } from '../../ports/forge.ts';

/** `repository_dispatch` in desired-state/.github/workflows/tick.yml names it too. */
export const tickEvent = 'aura-tick';

export async function dispatchTick(
  forge: Pick<Forge, 'dispatch'>,
  payload: Readonly<Record<'because', string>> & { readonly run?: string },
): Promise<void> {
  await forge.dispatch(tickEvent, { ...payload });
}
