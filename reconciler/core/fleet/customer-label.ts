/**
 * A customer's id as a server's label. A merchant may have chosen the id, and a label's value
 * allows 63 characters of a few classes: any other id is replaced by its hash.
 */
import { digest } from '../agent/digest.ts';

/** https://docs.hetzner.cloud/reference/cloud#labels */
const labelValue = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const hashed = /^customer-[0-9a-f]{40}$/;

export function customerLabel(customer: string): string {
  return labelValue.test(customer) ? customer : `customer-${digest({ customer }, 40)}`;
}

/** The id in a label; null if the label holds only its hash. */
export function customerOfLabel(label: string): string | null {
  return label === '' || hashed.test(label) ? null : label;
}
