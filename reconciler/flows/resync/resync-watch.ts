/**
 * While the service runs: resyncs once an hour, and soon after catalog or policy changed. A resync
 * that another process recorded counts too.
 */
import { hourMs } from '../../core/text/time.ts';
import { createWatch, type Watch } from '../shared/watch.ts';
import type { ResyncPorts } from './find-change.ts';
import { dueResync, recordedResync } from './recorded-resync.ts';

const minuteMs = 60_000;
const lookEveryMs = 5 * minuteMs;
/** After a resync that ended early, or that could not be recorded. */
const againMs = 15 * minuteMs;

export function createResyncWatch(ports: ResyncPorts): Watch {
  const { clock, log } = ports;
  let triedMs = Number.NEGATIVE_INFINITY;
  const look = async () => {
    if (clock.now() - triedMs < againMs) return;
    const because = await dueResync(ports, hourMs);
    if (because === null) return;
    triedMs = clock.now();
    log.info({ because }, 'a resync begins');
    await recordedResync(ports);
  };
  return createWatch(clock, lookEveryMs, look, (error) => {
    log.error({ error }, 'a resync failed');
  });
}
