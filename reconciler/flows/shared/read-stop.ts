/** Reads why effects are stopped. A stop that cannot be read counts as one. */
import type { Ports } from '../../ports/ports.ts';

/** null where nothing is stopped; `said` makes the reason of one that is there into words. */
export async function readStop(
  { state, log }: Pick<Ports, 'state' | 'log'>,
  said: (reason: string) => string = (reason) => reason,
): Promise<string | null> {
  try {
    const reason = await state.stop();
    return reason === null ? null : said(reason);
  } catch (error) {
    log.warn({ error }, 'the stop ref could not be read; it counts as stop');
    return 'the stop ref could not be read';
  }
}
