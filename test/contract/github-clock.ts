/** The port's clock over a world of GitHub: a wait advances the world at once. */
import type { WorldClock } from '../../local-cloud/clock.ts';
import type { Clock } from '../../reconciler/ports/clock.ts';

export function clockOf({ clock }: { readonly clock: WorldClock }, waits: number[] = []): Clock {
  return {
    now: () => clock.now(),
    async wait(ms) {
      waits.push(ms);
      clock.advance(ms / 1000);
    },
  };
}
