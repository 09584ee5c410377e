/**
 * A policy file as headscale takes it. It knows no `autogroup:admin`, whose members own tags: keys
 * and tags are given through this API alone, which checks their owners itself. A test of a policy
 * fails there while no node has its tags, so tests are run here, before headscale gets the file.
 */
import type { Policy } from '../tailscale/policy.ts';

export function headscalePolicy({ content, tagOwners }: Policy): string {
  const { tests: _run, sshTests: _alike, ...rest } = content;
  const owners = [...tagOwners].map(([tag, own]) => [tag, own.filter(isKnown)] as const);
  return JSON.stringify({ ...rest, tagOwners: Object.fromEntries(owners) });
}

function isKnown(owner: string): boolean {
  return !owner.startsWith('autogroup:');
}

/**
 * The policy of a fleet: operators and the machines of runs reach agents; agents reach nothing, and
 * nothing reaches an operator or a run.
 */
export function fleetPolicy(fleet: string): string {
  const [agents, runs, isolated] = [`tag:${fleet}`, `tag:${fleet}-ci`, `tag:${fleet}-isolated`];
  const policy = {
    groups: { 'group:operators': ['operator@example.com'] },
    tagOwners: {
      [agents]: ['autogroup:admin'],
      [runs]: ['autogroup:admin'],
      [isolated]: ['autogroup:admin'],
    },
    grants: [{ src: ['group:operators', runs], dst: [agents], ip: ['*'] }],
    tests: [
      { src: agents, deny: [`${agents}:22`, `${agents}:443`, `${runs}:22`] },
      {
        src: runs,
        accept: [`${agents}:22`, `${agents}:443`],
        deny: [`${runs}:22`, `${isolated}:22`],
      },
      { src: isolated, deny: [`${agents}:22`, `${runs}:22`] },
    ],
  };
  return `// Operators and runs reach agents. Agents reach nothing, and nothing reaches isolated ones.\n${JSON.stringify(policy, null, 2)}\n`;
}
