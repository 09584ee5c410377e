/** Dispatches a run: the event that triggers the reconcile workflow. */
import type { Forge } from '../../ports/forge.ts';

/** `repository_dispatch` in desired-state/.github/workflows/reconcile.yml names it too. */
export const reconcileEvent = 'aura-reconcile';

export async function dispatchReconcile(
  forge: Pick<Forge, 'dispatch'>,
  payload: Readonly<Record<'because', string>> & { readonly run?: string },
): Promise<void> {
  await forge.dispatch(reconcileEvent, { ...payload });
}
