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

/** An unknown verb needs what it takes to say so. */
export function partsOfVerb(verb) {
  if (terraformVerbs.has(verb)) return allParts;
  // The local cloud's bucket is moto.
  if (verb === 'cloud') return ['npm', 'python'];
  return ['npm'];
}

/** These make much that does not last, page after page, which should not pile up. */
const frugal = ['--max-semi-space-size=8'];

export function nodeArgsOf(verb) {
  // A reading that ends with the process need not be tidied up on its way to a usual size.
  if (verb === 'plan' || verb === 'reconcile') return [...frugal, '--initial-old-space-size=128'];
  // What stays for weeks is kept small too; for a single reading that would be work for nothing.
  return verb === 'serve' ? [...frugal, '--heap-growing-percent=50'] : [];
}

/**
 * The larger the blocks are that glibc gets back, the more of them it keeps for later: some 25 MB
 * in a first reading. Given its own default, 128 KB, it stays with that. Others do not look at it.
 */
const returning = { MALLOC_TRIM_THRESHOLD_: String(128 * 1024) };

/** What the verb's node has in its environment beside what is there. */
export function nodeEnvOf(verb) {
  return verb === 'plan' || verb === 'reconcile' ? returning : {};
}
