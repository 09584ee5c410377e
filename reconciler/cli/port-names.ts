/** What the verbs with effects need of the world: the same whether they run alone or together. */
export const settlePortNames = ['state', 'journal', 'forge', 'cloud', 'log'] as const;

export const applyPortNames = [
  'billing',
  'state',
  'journal',
  'cloud',
  'tailnet',
  'states',
  'stacks',
  'configurator',
  'keys',
  'clock',
  'log',
] as const;

export const tickPortNames = [...applyPortNames, 'forge'] as const;
