// Which parts of the setup a verb of the command line needs, so that it waits for no others.
/** Run Terraform, or look whether it is there; `plan` only for its deep check. */
const terraformVerbs = new Set([
  'apply',
  'finalize',
  'reconcile',
  'image',
  'init',
  'state',
  'import',
  'doctor',
]);
/** Configure hosts, or look whether they could. */
const ansibleVerbs = new Set(['apply', 'reconcile', 'image', 'doctor']);

/** An unknown verb needs only the parts that report it. */
export function partsOfVerb(verb, args = []) {
  const deepCheck = verb === 'plan' && args.includes('--deep-check');
  // With a folder it only makes an agents repository.
  const ofFolder = verb === 'init' && args[args.indexOf(verb) + 1]?.startsWith('-') === false;
  return [
    'npm',
    ...((terraformVerbs.has(verb) && !ofFolder) || deepCheck ? ['provider'] : []),
    ...(ansibleVerbs.has(verb) ? ['ansible'] : []),
    // The local cloud's bucket is moto.
    ...(verb === 'cloud' ? ['moto'] : []),
    ...(verb === 'cloud' && args.includes('--actions') ? ['act'] : []),
    ...(verb === 'cloud' && args.includes('--hosts') ? ['tailnet'] : []),
  ];
}

/** Verbs that allocate many short-lived objects, page after page, and answer no requests. */
const frugal = ['--max-semi-space-size=8'];

/**
 * The process ends after its reading, so its heap is not collected until it has grown. Until then,
 * what V8 allocates among the old objects stays: with its guesses about which ones will live long,
 * two of five first readings kept all bytes that they read from git, some 25 MB.
 */
const forOneReading = ['--initial-old-space-size=128', '--no-allocation-site-pretenuring'];

export function nodeArgsOf(verb) {
  if (verb === 'plan' || verb === 'reconcile') return [...frugal, ...forOneReading];
  // A process that runs for weeks keeps its heap small; for a single reading that has no use.
  return verb === 'serve' ? ['--heap-growing-percent=50'] : [];
}

/**
 * glibc raises its trim threshold as larger blocks are freed, and then keeps more memory: some 25 MB in
 * a first reading. Setting its default of 128 KB fixes the threshold. Other C libraries ignore it.
 */
const returning = { MALLOC_TRIM_THRESHOLD_: String(128 * 1024) };

/** Additional variables of the verb's Node. */
export function nodeEnvOf(verb) {
  return verb === 'plan' || verb === 'reconcile' ? returning : {};
}
