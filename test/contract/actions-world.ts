/** A local cloud that runs workflows with `act`, and what a person sees of their runs. */
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import type { Run, RunJob } from '../../local-cloud/github/actions-records.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { sshCaKey } from '../support/ca-key.ts';
import { projectRoot } from '../support/source.ts';

export type ActionsWorld = {
  readonly cloud: LocalCloud;
  readonly engine: NonNullable<LocalCloud['world']['actions']>;
  runs(): readonly Run[];
  close(): Promise<void>;
};

/** @param files over the template, by path */
export async function startActionsWorld(
  files: Readonly<Record<string, string>>,
  options: { readonly rate?: number; readonly seed?: number; readonly schedules?: boolean } = {},
): Promise<ActionsWorld> {
  const { schedules = false, ...others } = options;
  const cloud = await startCloud({
    ...others,
    motoServer: findTool('motoServer'),
    sshCaKey,
    files,
    actions: { act: findTool('act'), source: projectRoot, schedules },
  });
  const { actions } = cloud.world;
  if (actions === null) throw new Error('no workflow runs');
  return {
    cloud,
    engine: actions,
    runs: () => cloud.world.github.actions().runs,
    close: cloud.close,
  };
}

export function jobNamed({ jobs }: Run, name: string): RunJob {
  const found = jobs.find((job) => job.name === name);
  if (found === undefined)
    throw new Error(`there is no job ${name}: ${jobs.map((job) => job.name)}`);
  return found;
}

/** Name and conclusion of each job, in the order of their start. */
export function jobsOf({ jobs }: Run): readonly string[] {
  return jobs.map(({ name, conclusion }) => `${name}: ${conclusion}`);
}

/** What the jobs said that failed. */
export function failedLines({ jobs }: Run): string {
  const failed = jobs.filter(({ conclusion }) => conclusion === 'failure');
  return failed.flatMap(({ name, lines }) => [name, ...lines]).join('\n');
}
