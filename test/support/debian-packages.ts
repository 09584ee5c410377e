/** Debian packages of programs that tests need; they are installed where their kind is required. */
import { spawnSync } from 'node:child_process';
import { requiredKinds, type skipKinds } from '../../scripts/test/outcome.ts';

/** Whether `AURA_REQUIRE` turns a skip of this kind into a failure. */
export function isRequired(kind: (typeof skipKinds)[number]): boolean {
  return requiredKinds(process.env['AURA_REQUIRE'] ?? '').some((one) =>
    [kind, 'all'].includes(one),
  );
}

/** One process at a time, because apt refuses a second one. Starts no service of them. */
export function installPackages(names: readonly string[]): void {
  const options = '--yes --quiet --no-install-recommends -o DPkg::Lock::Timeout=300';
  const script = `apt-get update --quiet && apt-get install ${options} ${names.join(' ')}`;
  const args = ['/run/aura-packages.lock', 'sh', '-c', script];
  // Scripts of packages start no service at the run level of maintenance.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const { status, stderr } = spawnSync('flock', args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${names.join(', ')} cannot be installed: ${stderr}`);
}
