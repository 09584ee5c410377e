/** What the verbs with effects need of the world: the same whether they run alone or together. */
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

/** All that is read to make a plan, and nothing that could change anything. */
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
