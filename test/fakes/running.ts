/** When machines ran, including those that are gone. */
import type { FakeProject } from './servers.ts';

/** Whether a machine ran at any time from then until now. */
export function wasRunning(project: FakeProject, id: string, sinceMs: number): boolean {
  const there = project.servers.get(id);
  const gone = project.deletions.find(({ server }) => server.id === id);
  if (there !== undefined && project.runningSince(there) !== null) return true;
  const statuses = (there ?? gone?.server)?.statuses ?? [];
  return statuses.some(({ status }, place) => {
    const until = statuses[place + 1]?.atMs ?? (there === undefined ? gone?.atMs : undefined);
    return status === 'running' && until !== undefined && until > sinceMs;
  });
}
