/**
 * Started by `sweep.test.ts` in a network namespace of its own, as a computer that forwards nothing:
 * prints its settings before there are machines, while there are, and after.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { openMachines } from '../../local-cloud/machines/open.ts';
import { lastSlot } from './hosts-here.ts';

const forwarding = '/proc/sys/net/ipv4/ip_forward';
const iptables = (...args: readonly string[]) =>
  spawnSync('iptables', [...args], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n');
const settings = () => ({
  forwards: readFileSync(forwarding, 'utf8').trim(),
  rules: iptables('-S', 'FORWARD'),
});

writeFileSync(forwarding, '0');
iptables('-P', 'FORWARD', 'DROP');
const before = settings();
const machines = await openMachines({ slots: [lastSlot] });
const during = settings();
await machines.close();
process.stdout.write(JSON.stringify({ before, during, after: settings() }));
