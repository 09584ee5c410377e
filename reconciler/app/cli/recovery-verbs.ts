/** The verbs that say why something is as it is, and those that repair what was lost. */
import { agentId, wholeNumber } from './run/arguments.ts';
import type { Add } from './run/verb.ts';

const exampleAgent = 'agt-ebatfk893tq6';

export function addExplainingVerbs(add: Add): void {
  add(
    'explain',
    {
      summary: 'say why an agent is as it is, and what comes next',
      more: 'Reads as much as `plan` does, and changes nothing.',
      example: `aura explain ${exampleAgent}`,
    },
    async () => (await import('./verbs/explain.ts')).explainVerb,
  ).argument('<agent>', 'id of the agent', agentId);
  add(
    'history',
    {
      summary: 'list what was asked for and what was done, in one list, the newest first',
      example: `aura history ${exampleAgent}`,
    },
    async () => (await import('./verbs/history.ts')).history,
  )
    .argument('[agent]', 'id of the agent', agentId)
    .option('--max <n>', 'at most so many', wholeNumber(1, 10_000), 100);
  add(
    'orphans',
    {
      summary: 'list what carries our labels and belongs to no agent, with the evidence',
      example: 'aura orphans',
    },
    async () => (await import('./verbs/orphans.ts')).orphans,
  );
  add(
    'cost',
    {
      summary: 'say what the fleet costs a month, by plan, region and agent',
      more: 'A server that is powered off is billed in full; what such ones cost stands apart.',
      example: 'aura cost --max 20',
    },
    async () => (await import('./verbs/cost.ts')).cost,
  ).option(
    '--max <n>',
    'list at most so many agents, the dearest first',
    wholeNumber(0, 100_000),
    20,
  );
  add(
    'inventory',
    {
      summary: 'print the running agents as an inventory for Ansible, over the tailnet',
      more: 'YAML; with --json the same as JSON, which Ansible reads too.',
      example: 'aura inventory > inventory.yml',
    },
    async () => (await import('./verbs/inventory.ts')).inventory,
  );
  add(
    'alarms',
    {
      summary: 'show what needs a person',
      more: 'Ends with 3 where there is anything. Each alarm is sent once a day while it lasts.',
      example: 'aura alarms --notify',
    },
    async () => (await import('./verbs/alarms.ts')).alarms,
  ).option('--notify', 'tell AURA_ALARM_MAIL_TO and AURA_ALARM_WEBHOOK_URL too');
}

export function addRecoveryVerbs(add: Add): void {
  add(
    'import',
    {
      summary: "put an agent's recorded server into its Terraform state, where that is missing",
      example: `aura import ${exampleAgent}`,
    },
    async () => (await import('./verbs/import.ts')).importVerb,
  ).argument('<agent>', 'id of the agent', agentId);
  add(
    'state',
    {
      summary: "compare an agent's Terraform state with its record and its server",
      more: 'Ends with 3 where they disagree.',
      example: `aura state ${exampleAgent}`,
    },
    async () => (await import('./verbs/state.ts')).stateVerb,
  )
    .argument('<agent>', 'id of the agent', agentId)
    .option('--rebuild', 'remove the state and import the recorded server into a fresh one');
  add(
    'bundle',
    {
      summary: 'copy both branches of the agents repository to the state bucket',
      more: 'As one git bundle, verified; the newest 48 are kept.',
      example: 'aura bundle',
    },
    async () => (await import('./verbs/bundle.ts')).bundle,
  )
    .option('--list', 'list those that are kept, and make none')
    .option('--fetch <file>', 'write the newest one to this file, and make none')
    .option('--name <name>', 'with --fetch: this one of the list, instead of the newest')
    .option('--fleet <name>', 'where the bucket holds bundles of several fleets: of this one');
}

/** Beneath `status`: an agent is never called `rebuild`. */
export function addStatusRebuild(add: Add): void {
  add(
    'rebuild',
    {
      summary: 'write branch status again, where it or records of it were lost',
      more:
        'Only while the fleet is halted. From files, labels, states and the tailnet. Records that ' +
        'can be read stay; for a day nothing is destroyed without an approval. Restore a bundle ' +
        'instead where there is one: it knows more.',
      example: 'aura status rebuild --dry-run',
    },
    async () => (await import('./verbs/status-rebuild.ts')).statusRebuild,
  ).option('--dry-run', 'say what would be written, and write nothing');
}
