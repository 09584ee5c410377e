// Terraform or OpenTofu: the machine's own where it is new enough, else Terraform's Python library.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { cacheFolder, onPath, readOrEmpty, run, say, writeWhole } from './parts.mjs';
import { setUpLibterraform } from './python.mjs';

/** The first with locks kept in the bucket itself (`use_lockfile`), of either program. */
const minorMin = 10;

export async function findTerraform() {
  for (const name of ['terraform', 'tofu']) {
    const program = onPath(name);
    if (program === null) continue;
    const version = await versionOf(program);
    if (isNewEnough(version)) return program;
    say(`${program} is ${version || 'of no known version'}; 1.${minorMin} or newer is needed`);
  }
  return setUpLibterraform();
}

/**
 * The query takes a third of a second, so it is repeated only when the file changes. The user's own
 * configuration is left out, because it may name missing files.
 */
async function versionOf(program) {
  const memory = join(cacheFolder, 'terraform-version.json');
  const { mtimeMs, size } = statSync(program);
  const identity = `${program} ${mtimeMs} ${size}`;
  const known = parsed(readOrEmpty(memory));
  if (known.identity === identity) return known.version;
  const empty = join(cacheFolder, 'empty.rc');
  writeWhole(empty, '# no configuration\n');
  const version = await run('terraform version', program, ['version', '-json'], {
    env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: empty },
  }).then(
    (output) => parsed(output).terraform_version ?? '',
    () => '',
  );
  if (version !== '') writeWhole(memory, JSON.stringify({ identity, version }));
  return version;
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 1 || (major === 1 && minor >= minorMin);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
