/** Plays of Ansible that run on this computer now, by the agent that they are about. */
import { globSync, readFileSync } from 'node:fs';

/** Processes of the play on the agent's host, the first one first. */
export function playing(agent: string): readonly number[] {
  const folders = globSync('/tmp/aura-play-*').filter((folder) =>
    read(`${folder}/hosts.json`).includes(agent),
  );
  return processesWith((command) => folders.some((folder) => command.includes(`${folder}/`)));
}

/** Ids of the processes whose command line is so, in order. */
function processesWith(isSo: (command: string) => boolean): readonly number[] {
  return globSync('/proc/[0-9]*/cmdline')
    .filter((file) => isSo(read(file).replaceAll('\0', ' ')))
    .map((file) => Number(file.split('/')[2]))
    .sort((a, b) => a - b);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
