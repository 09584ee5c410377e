/**
 * A customer as a server's label says it. A merchant may have chosen the id, and a label's value holds
 * 63 characters of few kinds: any other id is said by its hash, which names the same customer.
 */
import { digest } from '../agent/digest.ts';

/** https://docs.hetzner.cloud/reference/cloud#labels */
const labelValue = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const hashed = /^customer-[0-9a-f]{40}$/;

export function customerLabel(customer: string): string {
  return labelValue.test(customer) ? customer : `customer-${digest({ customer }, 40)}`;
}

/** The id that a label says; null where it says only its hash. */
export function customerOfLabel(label: string): string | null {
  return label === '' || hashed.test(label) ? null : label;
}
