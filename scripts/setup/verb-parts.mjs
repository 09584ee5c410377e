// Which parts of the setup a verb of the command line needs: the rest is not worth waiting for.
import { allParts } from './set-up.mjs';

/** These run Terraform, or look whether it is there. */
const terraformVerbs = new Set([
  'plan',
  'apply',
  'finalize',
  'reconcile',
  'init',
  'state',
  'import',
  'doctor',
]);

/** An unknown verb needs only the parts that report it. */
export function partsOfVerb(verb) {
  if (terraformVerbs.has(verb)) return allParts;
  // The local cloud's bucket is moto.
  if (verb === 'cloud') return ['npm', 'python'];
  return ['npm'];
}

/** Verbs that allocate many short-lived objects, page after page. */
const frugal = ['--max-semi-space-size=8'];

export function nodeArgsOf(verb) {
  // A reading that ends with the process need not be tidied up on its way to a usual size.
  if (verb === 'plan' || verb === 'reconcile') return [...frugal, '--initial-old-space-size=128'];
  // What stays for weeks is kept small too; for a single reading that would be work for nothing.
  return verb === 'serve' ? [...frugal, '--heap-growing-percent=50'] : [];
}

/**
 * glibc raises its threshold as larger blocks are freed, and then keeps more memory: some 25 MB in
 * a first reading. Setting its default of 128 KB fixes the threshold. Other C libraries ignore it.
 */
const returning = { MALLOC_TRIM_THRESHOLD_: String(128 * 1024) };

/** Additional variables of the verb's Node. */
export function nodeEnvOf(verb) {
  return verb === 'plan' || verb === 'reconcile' ? returning : {};
}
