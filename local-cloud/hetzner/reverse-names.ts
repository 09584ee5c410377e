/** Reverse DNS names of addresses: the provider's default, or set by the customer. */
import { invalid } from './errors.ts';
import { type Asked, optionalText, requiredText } from './input.ts';
import type { PrimaryIp } from './records.ts';

/** IPv4 addresses have a name from the start. */
export function ipv4Name(one: PrimaryIp): string {
  return (
    one.dnsPtr[one.ip] ?? `static.${one.ip.split('.').reverse().join('.')}.clients.your-server.de`
  );
}

export function reverseNames(one: PrimaryIp): readonly object[] {
  if (one.type === 'ipv4') return [{ ip: one.ip, dns_ptr: ipv4Name(one) }];
  return Object.entries(one.dnsPtr).map(([ip, name]) => ({ ip, dns_ptr: name }));
}

export function setReverseName(one: PrimaryIp, asked: Asked): void {
  const ip = requiredText(asked, 'ip');
  const name = optionalText(asked, 'dns_ptr');
  if (one.type === 'ipv4' ? ip !== one.ip : !isWithin(ip, one.ip))
    throw invalid('ip', 'does not belong to the primary IP');
  const { [ip]: _, ...others } = one.dnsPtr;
  one.dnsPtr = name === undefined || name === '' ? others : { ...others, [ip]: name };
}

/** Our networks are whole groups of digits: the address starts like the network. */
function isWithin(ip: string, network: string): boolean {
  return /^[0-9a-f:]{2,39}$/.test(ip) && ip.startsWith(network.replace(/:\/64$/, ''));
}
