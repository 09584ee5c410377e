/**
 * Started by `sweep.test.ts`, as a process that dies: opens machines in the last slot, switches one
 * on, says so, and stays.
 */
import { openMachines } from '../../local-cloud/machines/open.ts';
import { addressIn } from '../../local-cloud/machines/ranges.ts';
import { lastSlot } from './hosts-here.ts';

const machines = await openMachines({ slots: [lastSlot] });
const spec = { hostname: 'dying', snapshot: null, userData: '', publicKeys: [] };
await machines.create({ machine: 1, ...spec });
const address = addressIn(lastSlot.range, 1);
await machines.powerOn(1, { address, memoryBytes: 1024 ** 3, guard: () => null });
process.stdout.write('on\n');
setInterval(() => {}, 60_000);
