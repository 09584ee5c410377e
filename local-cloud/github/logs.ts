/**
 * Logs of runs and jobs: GitHub redirects to storage elsewhere, whose address is valid for a minute
 * and needs no token. A run's log is a zip, a job's is plain text.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { type Run, type RunJob, statusOfJob } from './actions-records.ts';
import type { ActionsStore } from './actions-store.ts';
import { notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { numberOf } from './input.ts';
import { type GithubWorld, timeOf } from './world.ts';

const lifeMs = 60_000;

export function logAddress(world: GithubWorld, kind: 'runs' | 'jobs', id: number): string {
  const path = `/_logs/${kind}/${id}/${world.clock.now() + lifeMs}`;
  return `${world.apiUrl()}${path}/${signed(world, path)}`;
}

function signed({ owner, name }: GithubWorld, path: string): string {
  return createHmac('sha256', `${owner}/${name}`).update(path).digest('hex');
}

type Log = { Params: { kind: string; id: string; until: string; signature: string } };

export function registerLogs(app: FastifyInstance, world: GithubWorld, store: ActionsStore): void {
  registerArea(app, { needs: null, docs: '', open: true }, (scope) => {
    scope.get<Log>('/_logs/:kind/:id/:until/:signature', async ({ params }, reply) => {
      const { kind, id, until, signature } = params;
      const right = Buffer.from(signed(world, `/_logs/${kind}/${id}/${until}`));
      const given = Buffer.from(signature);
      const genuine = given.length === right.length && timingSafeEqual(given, right);
      if (!genuine || numberOf(until) < world.clock.now()) throw notFound();
      const run = store.runs.find(
        (one) => one.id === numberOf(id) || one.jobs.some((job) => job.id === numberOf(id)),
      );
      if (run === undefined) throw notFound();
      const jobs = run.jobs.filter((job) => kind === 'runs' || job.id === numberOf(id));
      const text = Buffer.from(jobs.map((job) => logOf(run, job)).join(''));
      if (kind === 'jobs') return reply.type('text/plain; charset=utf-8').send(text);
      const name = `0_${run.workflow.replace(/\.ya?ml$/, '')}.txt`;
      return reply.type('application/zip').send(zipOf(name, text));
    });
  });
}

function logOf(run: Run, job: RunJob): string {
  return [
    `${timeOf(job.startedMs ?? run.startedMs)} ${job.name} of ${run.workflow}, by ${run.event}`,
    ...job.lines,
    `${timeOf(job.completedMs ?? run.updatedMs)} ${job.conclusion ?? statusOfJob(job)}`,
    '',
  ].join('\n');
}

/** A zip with one stored file: header, content, directory, end. */
function zipOf(name: string, content: Buffer): Buffer {
  const title = Buffer.from(name);
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt32LE(crc32(content), 10);
  shared.writeUInt32LE(content.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(title.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, title, content]);
  const made = Buffer.from([20, 0]);
  const rest = Buffer.alloc(14);
  const directory = Buffer.concat([Buffer.from('PK\x01\x02'), made, shared, rest, title]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, directory, Buffer.from('PK\x05\x06'), end]);
}
