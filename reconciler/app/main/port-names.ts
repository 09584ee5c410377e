/** The ports of the verbs with effects: the same for single verbs and for `reconcile`. */
export const finalizePortNames = [
  'billing',
  'state',
  'files',
  'journal',
  'forge',
  'cloud',
  'clock',
  'log',
] as const;

export const applyPortNames = [
  'billing',
  'state',
  'journal',
  'cloud',
  'tailnet',
  'states',
  'stacks',
  'configurator',
  'forge',
  'keys',
  'clock',
  'log',
] as const;

export const reconcilePortNames = [...applyPortNames, 'files'] as const;

/** All that a plan is made from, without ports that change anything. */
export const planPortNames = [
  'state',
  'files',
  'journal',
  'cloud',
  'tailnet',
  'states',
  'forge',
  'configurator',
  'log',
] as const;
