/** Plans once, as `aura plan` does, in a process of its own that reports its cost. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { planPortNames } from '../../reconciler/flows/reconcile/observe/listed.ts';
import { usageOf } from './process-tree.ts';

async function main(): Promise<void> {
  const { env } = process;
  enableCompileCache(join(env['AURA_CACHE_DIR'] ?? '', 'compiled'));
  const { createLog } = await import('../../reconciler/app/log.ts');
  const { openPorts } = await import('../../reconciler/app/main.ts');
  const { planFleet } = await import('../../reconciler/flows/reconcile/plan-fleet.ts');
  const { ports, close } = await openPorts(env, planPortNames, {
    log: createLog({ env, usual: 'warn' }),
  });
  const startupCpuMs = cpuMs();
  const startedMs = performance.now();
  const { plan } = await planFleet(ports);
  const wallMs = performance.now() - startedMs;
  const reconcileCpuMs = cpuMs() - startupCpuMs;
  await close();
  const { changes, idle, orphans, reading, counts } = plan;
  const figures = {
    startupCpuMs,
    reconcileCpuMs,
    wallMs,
    rssMb: process.resourceUsage().maxRSS / 1024,
    changes: changes.length,
    unexpected: [
      ...idle.slice(0, 3),
      ...orphans.slice(0, 3),
      ...(reading.kind === 'complete' ? [] : [reading]),
    ],
    servers: counts.servers,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

/** Our own in microseconds, our children's in the jiffies of Linux. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  const own = (user + system) / 1000;
  return own + Math.max(0, usageOf(process.pid).cpuMs - own);
}

await main();
