/** Whether an address is that of a proxy in front, whose report of the client's address counts. */
import ipaddr from 'ipaddr.js';

/** Of clients too, which may name any address. */
const rememberedMax = 1000;

/** @param trusted addresses or CIDR blocks; throws where one is neither */
export function createTrust(trusted: readonly string[]): (address: string) => boolean {
  const blocks = trusted.map((text) => blockOf(text));
  /** Proxies are few, and each sends many requests. */
  const known = new Map<string, boolean>();
  return (address) => {
    const before = known.get(address);
    if (before !== undefined) return before;
    const trusts = ipaddr.isValid(address) && isIn(blocks, ipaddr.process(address));
    if (known.size >= rememberedMax) known.clear();
    known.set(address, trusts);
    return trusts;
  };
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Block = readonly [address: Address, bits: number];

function blockOf(text: string): Block {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function isIn(blocks: readonly Block[], address: Address): boolean {
  return blocks.some(
    ([of, bits]) => of.kind() === address.kind() && address.match([of as ipaddr.IPv4, bits]),
  );
}
