/** An alarm for each credential that ends soon, where its service tells when. */
import { dayMs, timeMs } from '../text/time.ts';
import { type Alarm, durationText } from './alarm.ts';

/** A credential by the variable that holds it. */
export type CredentialEnd = { readonly name: string; readonly ends: string };

const credentialDays = 30;
const daysPage = 3;

export function credentialsExpire(
  credentials: readonly CredentialEnd[],
  nowMs: number,
): readonly Alarm[] {
  return credentials.flatMap(({ name: scope, ends }): Alarm[] => {
    const leftMs = timeMs(ends) - nowMs;
    if (leftMs >= credentialDays * dayMs) return [];
    const when = leftMs <= 0 ? 'has expired' : `expires in ${durationText(leftMs)}, at ${ends}`;
    const severity = leftMs < daysPage * dayMs ? 'page' : 'look';
    const message = `${scope} ${when}`;
    return [{ kind: 'CredentialExpires', severity, scope, agents: [], since: null, message }];
  });
}
