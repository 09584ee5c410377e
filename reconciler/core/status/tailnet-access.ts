/**
 * What the tailnet's policy has to allow, and what it must not: agents reach nothing, and runs reach
 * each agent's sshd and its gateway. An isolated agent reaches nothing, and nothing reaches it.
 */
import { deviceTag, isolatedTag, runTag } from '../fleet/observed.ts';

export type Access = {
  /** a tag, such as `tag:aura` */
  readonly from: string;
  readonly to: string;
  readonly port: number;
};
type AnsweredAccess = Access & { readonly allowed: boolean };

const ssh = 22;
/** The gateway is published by HTTPS where the tailnet issues certificates, else by HTTP. */
const gateways = [443, 80];

export function accessesOf(fleet: string): readonly Access[] {
  const [agents, runs, isolated] = [deviceTag(fleet), runTag(fleet), isolatedTag(fleet)];
  const ports = [ssh, ...gateways];
  return [
    ...ports.map((port) => ({ from: agents, to: agents, port })),
    { from: agents, to: runs, port: ssh },
    ...ports.map((port) => ({ from: runs, to: agents, port })),
    ...[agents, runs].flatMap((other) => [
      { from: isolated, to: other, port: ssh },
      { from: other, to: isolated, port: ssh },
    ]),
  ];
}

/**
 * | the policy                                   | finding    |
 * |----------------------------------------------|------------|
 * | lets agents reach an agent or a run, or      |            |
 * | anything reach an isolated one, or it that   | `open`     |
 * | keeps runs from an agent's sshd or gateway   | `narrow`: runs use port 22 of the public address |
 * | neither                                      | `asMeant`  |
 */
type PolicyFinding =
  | { readonly kind: 'asMeant' }
  | { readonly kind: 'open' | 'narrow'; readonly which: string };

export function policyFinding(fleet: string, answers: readonly AnsweredAccess[]): PolicyFinding {
  const [agents, isolated] = [deviceTag(fleet), isolatedTag(fleet)];
  const mayNot = ({ from, to }: Access) => from === agents || from === isolated || to === isolated;
  const open = answers.filter((one) => mayNot(one) && one.allowed);
  if (open.length > 0) return { kind: 'open', which: open.map(accessText).join(', ') };
  const closed = answers.filter((one) => !mayNot(one) && !one.allowed);
  const isClosed = (port: number) => closed.some((one) => one.port === port);
  if (!isClosed(ssh) && !gateways.every(isClosed)) return { kind: 'asMeant' };
  return { kind: 'narrow', which: closed.map(accessText).join(', ') };
}

function accessText({ from, to, port }: Access): string {
  return `${from} to ${to}:${port}`;
}
