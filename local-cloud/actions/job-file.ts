/** Writes one job as a workflow of its own, with what only GitHub knows put in. */
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Contexts, withNeeds } from './expressions.ts';
import { outputsFolder } from './runner.ts';
import { findable } from './step.ts';
import { type Fields, fieldsOf, type Job, listOf, type Workflow } from './workflow.ts';

/** Fields that this side has handled. */
const handled = [
  'needs',
  'if',
  'environment',
  'concurrency',
  'permissions',
  'strategy',
  'outputs',
  'timeout-minutes',
];

/** Names of the jobs' outputs, by place, and the workflow file. */
type JobFile = { readonly text: string; readonly outputs: readonly string[] };

/**
 * @param folder of the job. A last step writes the job's outputs there, a file each: the runner does
 *   not print them, and they are made of its steps' outputs.
 */
export function jobFile(
  workflow: Workflow,
  job: Job,
  run: { readonly contexts: Contexts; readonly folder: string },
): JobFile {
  const kept = Object.entries(job.fields).filter(([name]) => !handled.includes(name));
  const outputs = Object.keys(job.outputs);
  const matrix = run.contexts['matrix'] ?? {};
  const combination = Object.entries(matrix).map(([name, value]) => [name, [value]] as const);
  const shell = shellOf(job.fields) ?? shellOf(workflow.fields);
  const steps = listOf(job.fields['steps']).map((step) => findable(step, run.folder, shell));
  const fields = {
    ...Object.fromEntries(kept),
    'runs-on': 'local',
    ...(combination.length === 0 ? {} : { strategy: { matrix: Object.fromEntries(combination) } }),
    steps: [...steps, ...lastStep(job, outputsFolder(run.folder))],
  };
  const { name, env, defaults } = workflow.fields;
  const document = {
    name,
    on: Object.keys(workflow.on),
    env,
    defaults,
    jobs: { [job.id]: fields },
  };
  const known = JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    typeof value === 'string' ? withNeeds(value, run.contexts) : value,
  );
  return { text: stringify(known), outputs };
}

function shellOf({ defaults }: Fields): unknown {
  return fieldsOf(fieldsOf(defaults ?? {})['run'] ?? {})['shell'];
}

/** The name of the step that is not in the workflow. */
const lastStepName = 'Write the outputs of the job';

function lastStep({ outputs }: Job, folder: string): readonly object[] {
  const all = Object.values(outputs);
  if (all.length === 0) return [];
  const env = all.map((value, place) => [`OUTPUT_${place}`, value] as const);
  const writes = all.map(
    (_, place) => `printf %s "$OUTPUT_${place}" > '${join(folder, `${place}`)}'`,
  );
  return [
    {
      name: lastStepName,
      if: 'always()',
      shell: 'sh',
      env: Object.fromEntries(env),
      run: writes.join('\n'),
    },
  ];
}

/** `owner/name@ref` of the actions that the steps use from other repositories. */
export function actionsIn(steps: unknown): readonly string[] {
  const uses = listOf(steps).map((step) => String(fieldsOf(step)['uses'] ?? ''));
  return uses
    .filter((one) => one !== '' && !one.startsWith('./'))
    .map((one) => one.replace(/^([^/]+\/[^/@]+)(?:\/[^@]*)?@/, '$1@'));
}
