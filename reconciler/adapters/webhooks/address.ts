/**
 * Finds the address that an endpoint's name has, and refuses those that lead into a private network,
 * to this machine or to a cloud's metadata. The connection goes to the address that was checked: a
 * name that is resolved again could have another one by then.
 */
import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';

export type Resolve = (host: string) => Promise<readonly { readonly address: string }[]>;
type Found =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'refused'; readonly why: string };

export const resolveByName: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/** Public in form, but answered by the host of a virtual machine (Azure's metadata). */
const hostOnly: ReadonlySet<string> = new Set(['168.63.129.16']);
/** All public IPv6 addresses, https://www.iana.org/assignments/ipv6-address-space */
const globalIpv6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Refused as a whole if only one of the addresses is: no public name has a private one.
 *
 * @param loopback whether this machine itself is allowed, for a receiver beside the local cloud
 */
export async function addressOf(
  { hostname }: URL,
  { resolve, loopback }: { readonly resolve: Resolve; readonly loopback: boolean },
): Promise<Found> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const all = ipaddr.isValid(host) ? [{ address: host }] : await resolve(host);
  const [first] = all;
  if (first === undefined) return { kind: 'refused', why: 'its name has no address' };
  for (const { address } of all) {
    const range = rangeOf(address);
    if (range === 'public' || (loopback && range === 'loopback')) continue;
    return { kind: 'refused', why: `its address is not public (${range})` };
  }
  return { kind: 'address', address: first.address };
}

/** `public`, or the name of the range that it is in. An IPv4 address in IPv6 counts as itself. */
function rangeOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'invalid';
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (range !== 'unicast') return range;
  if (parsed instanceof ipaddr.IPv6) return parsed.match(globalIpv6) ? 'public' : 'reserved';
  return hostOnly.has(parsed.toString()) ? 'hostOnly' : 'public';
}
