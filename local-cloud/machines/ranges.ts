/** Ranges of IPv4 addresses, written as `198.51.100.0/26`; a single address is a range of one. */

type Range = { readonly first: number; readonly size: number };

/** The n-th address of the range; null beyond its end. */
export function addressIn(cidr: string, n: number): string | null {
  const { first, size } = rangeOf(cidr);
  return n < size ? textOf(first + n) : null;
}

/** How many machines the range has addresses for: all but its first and its last one. */
export function hostsIn(cidr: string): number {
  return rangeOf(cidr).size - 2;
}

export function overlaps(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

export function contains(outer: string, inner: string): boolean {
  const [a, b] = [rangeOf(outer), rangeOf(inner)];
  return b.first >= a.first && b.first + b.size <= a.first + a.size;
}

function rangeOf(cidr: string): Range {
  const [address = '', bits = '32'] = cidr.split('/');
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return { first, size: 2 ** (32 - Number(bits)) };
}

function textOf(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');
}
