/** The verbs that explain the state of agents, and those that repair what was lost. */
import { Option } from 'commander';
import { agentId, moment, wholeNumber } from './run/arguments.ts';
import type { Add } from './run/verb.ts';

const exampleAgent = 'agt-ebatfk893tq6';

export function addExplainingVerbs(add: Add): void {
  add(
    'explain',
    {
      summary: 'explain the state of an agent, and what happens next',
      more:
        'Reads as much as `plan` does, and changes nothing. Offline, and where no credentials are ' +
        'set, it explains by the file and the record alone, and lists what it did not look at.',
      example: `aura explain ${exampleAgent}`,
    },
    async () => (await import('./verbs/explain.ts')).explainVerb,
  )
    .argument('<agent>', 'id of the agent', agentId)
    .option('--offline', 'by the clone of the agents repository in this folder alone')
    .addOption(cloneOption());
  add(
    'logs',
    {
      summary: "print the end of an agent's log, read on its host over the tailnet",
      more: 'Secrets in it are blanked.',
      example: `aura logs ${exampleAgent} --lines 1000`,
    },
    async () => (await import('./verbs/logs.ts')).logs,
  )
    .argument('<agent>', 'id of the agent', agentId)
    .option('--lines <n>', 'at most this many', wholeNumber(1, 1000), 200);
  add(
    'history',
    {
      summary: 'tell the whole life of an agent, or list the newest commits of both branches',
      more:
        'Reads git alone. Of an agent, the oldest entry is the first: what was asked, by whom and ' +
        'why; what each run did, with its plan and steps; what was recorded. Without an agent, ' +
        'the newest commit is the first.',
      example: `aura history ${exampleAgent}`,
    },
    async () => (await import('./verbs/history.ts')).history,
  )
    .argument('[agent]', 'id of the agent', agentId)
    .option('--max <n>', 'only the newest of them (without an agent, 100)', wholeNumber(1, 100_000))
    .addOption(cloneOption());
  add(
    'audit',
    {
      summary: 'list the decisions on main, the newest first, with what caused each',
      more:
        'With --since all of them since that time; the memory that it takes does not grow with ' +
        'their number.',
      example: 'aura audit --since 2026-01-01 --csv > decisions.csv',
    },
    async () => (await import('./verbs/audit.ts')).audit,
  )
    .option('--agent <id>', 'only commits about this agent', agentId)
    .option('--since <date>', 'only commits since that day or time, in UTC', moment)
    .option('--max <n>', 'at most this many (without --since, 100)', wholeNumber(1, 10_000_000))
    .addOption(new Option('--csv', 'as comma-separated values, with a head line').conflicts('json'))
    .addOption(cloneOption());
  add(
    'orphans',
    {
      summary: 'list resources with our labels that belong to no agent, with the evidence',
      example: 'aura orphans',
    },
    async () => (await import('./verbs/orphans.ts')).orphans,
  );
  addReports(add);
}

function cloneOption(): Option {
  const text = 'read this clone of the agents repository, without any network or setting';
  return new Option('--clone <folder>', text);
}

function addReports(add: Add): void {
  add(
    'cost',
    {
      summary: 'show what the fleet costs a month, by plan, region, customer and agent',
      more:
        'Servers that are powered off are billed in full; their cost is shown separately. With --check ' +
        'it reads Stripe, too: it shows what each plan earns, and records what a person has to look ' +
        'at for `aura alarms`: differences between subscriptions and servers, unexpected cost, margins.',
      example: 'aura cost --by customer --max 20',
    },
    async () => (await import('./verbs/cost.ts')).cost,
  )
    .addOption(
      new Option('--by <what>', 'show this table alone').choices([
        'agent',
        'customer',
        'plan',
        'region',
      ]),
    )
    .option(
      '--max <n>',
      'list at most this many agents or customers, the most expensive first',
      wholeNumber(0, 100_000),
      20,
    )
    .option('--check', 'compare with the subscriptions, and record the findings');
  add(
    'inventory',
    {
      summary: 'print the running agents as an inventory for Ansible, over the tailnet',
      more:
        'As JSON, in the format of an inventory script: with --list or --host it exits with 0 even ' +
        'if a record cannot be read, because Ansible uses nothing of a script that fails.',
      example: 'aura inventory --list',
    },
    async () => (await import('./verbs/inventory.ts')).inventory,
  )
    .option('--list', 'all agents, as without it')
    .option('--host <name>', 'the variables of this agent alone');
  add(
    'alarms',
    {
      summary: 'show the alarms that need a person',
      more: 'Exits with 3 if there are any. Each alarm is sent once a day while it lasts.',
      example: 'aura alarms --notify',
    },
    async () => (await import('./verbs/alarms.ts')).alarms,
  ).option('--notify', 'send them to AURA_ALARM_MAIL_TO and AURA_ALARM_WEBHOOK_URL');
}

export function addRecoveryVerbs(add: Add): void {
  add(
    'import',
    {
      summary: "import an agent's recorded server into its Terraform state, if it is missing",
      example: `aura import ${exampleAgent}`,
    },
    async () => (await import('./verbs/import.ts')).importVerb,
  ).argument('<agent>', 'id of the agent', agentId);
  add(
    'state',
    {
      summary: "compare an agent's Terraform state with its record and its server",
      more: 'Exits with 3 if they differ.',
      example: `aura state ${exampleAgent}`,
    },
    async () => (await import('./verbs/state.ts')).stateVerb,
  )
    .argument('<agent>', 'id of the agent', agentId)
    .option('--rebuild', 'remove the state and import the recorded server into a new one');
  add(
    'bundle',
    {
      summary: 'copy both branches of the agents repository to the state bucket',
      more: 'As one git bundle, verified; the newest 48 are kept.',
      example: 'aura bundle',
    },
    async () => (await import('./verbs/bundle.ts')).bundle,
  )
    .option('--list', 'list the bundles, and create none')
    .option('--fetch <file>', 'write the newest bundle to this file, and create none')
    .option('--name <name>', 'with --fetch: the bundle of this name instead of the newest')
    .option('--fleet <name>', 'the fleet, if the bucket holds bundles of several');
}

/** A subcommand of `status`: no agent id is `rebuild`. */
export function addStatusRebuild(add: Add): void {
  add(
    'rebuild',
    {
      summary: 'rebuild branch status, if it or some of its records were lost',
      more:
        'Only while the fleet is halted. Reads files, labels, states and the tailnet. Readable ' +
        'records stay; for a day nothing is destroyed without an approval. If there is a bundle, ' +
        'restore it instead: it contains more.',
      example: 'aura status rebuild --dry-run',
    },
    async () => (await import('./verbs/status-rebuild.ts')).statusRebuild,
  ).option('--dry-run', 'show what would be written, and write nothing');
}
