// Which parts of the setup a verb of the command line needs: the rest is not worth waiting for.
import { allParts } from './set-up.mjs';

/** These run Terraform, or look whether it is there. */
const terraformVerbs = new Set([
  'plan',
  'apply',
  'settle',
  'tick',
  'init',
  'state',
  'import',
  'doctor',
]);

/** A verb that nobody knows needs what it takes to say so. */
export function partsOfVerb(verb) {
  if (terraformVerbs.has(verb)) return allParts;
  // The local cloud's bucket is moto.
  if (verb === 'cloud') return ['npm', 'python'];
  return ['npm'];
}

/** These make much that does not last, page after page, which should not pile up. */
const frugalVerbs = new Set(['serve', 'plan', 'tick']);

export function nodeArgsOf(verb) {
  return frugalVerbs.has(verb) ? ['--max-semi-space-size=8', '--heap-growing-percent=50'] : [];
}
