// The hcloud provider as a filesystem mirror: from the registry where that can be reached, else
// built from its Go module with pinned sums. A CLI configuration beside it points at the mirror.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { cached, fail, hashOf, onPath, projectRoot, run, say, writeWhole } from './parts.mjs';

const version = '1.59.0';
const wrapper = 'scripts/setup/provider-hcloud';
const archNames = { x64: 'amd64', arm64: 'arm64' };

export async function setUpProvider(terraform) {
  const target = `${platform()}_${archNames[arch()] ?? arch()}`;
  const sums = ['go.mod', 'go.sum', 'tools.go'].map((name) => `${wrapper}/${name}`);
  const folder = await cached('provider-hcloud', hashOf(sums, version, target), async (draft) => {
    const mirror = join(draft, 'mirror');
    if (await fromRegistry(terraform, mirror, draft)) return;
    await fromGo(mirror, target);
  });
  const terraformRc = join(folder, 'terraform.rc');
  writeWhole(terraformRc, cliConfiguration(join(folder, 'mirror')));
  return { terraform, terraformRc, providerMirror: join(folder, 'mirror') };
}

/** One short attempt, which fails at once behind a closed network. */
async function fromRegistry(terraform, mirror, draft) {
  const probe = join(draft, 'probe');
  mkdirSync(probe, { recursive: true });
  writeFileSync(
    join(probe, 'main.tf.json'),
    JSON.stringify({
      terraform: { required_providers: { hcloud: { source: 'hetznercloud/hcloud', version } } },
    }),
  );
  const rc = join(probe, 'empty.rc');
  writeFileSync(rc, '');
  try {
    say(`looks for the hcloud provider ${version} in Terraform's registry`);
    await run('terraform providers mirror', terraform, ['providers', 'mirror', mirror], {
      cwd: probe,
      timeout: 120_000,
      env: {
        ...process.env,
        TF_CLI_CONFIG_FILE: rc,
        CHECKPOINT_DISABLE: '1',
        TF_REGISTRY_CLIENT_TIMEOUT: '5',
        TF_REGISTRY_DISCOVERY_RETRY: '0',
      },
    });
    return true;
  } catch {
    rmSync(mirror, { recursive: true, force: true });
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

async function fromGo(mirror, target) {
  const go = onPath('go');
  if (go === null) {
    fail(
      `the hcloud provider ${version} cannot be had: the registry does not answer and there is no go to build it. ` +
        'Install go (1.25 or newer), or run where the registry can be reached.',
    );
  }
  say(
    `the registry does not answer: builds the hcloud provider ${version} from its Go module (about a minute)`,
  );
  const folder = join(mirror, 'registry.terraform.io', 'hetznercloud', 'hcloud', version, target);
  mkdirSync(folder, { recursive: true });
  const args = ['build', '-trimpath', '-mod=readonly', '-ldflags=-s -w'];
  const output = join(folder, `terraform-provider-hcloud_v${version}`);
  await run(
    'go build',
    go,
    [...args, '-o', output, 'github.com/hetznercloud/terraform-provider-hcloud'],
    {
      cwd: join(projectRoot, wrapper),
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' },
    },
  );
}

function cliConfiguration(mirror) {
  return [
    'disable_checkpoint = true',
    'provider_installation {',
    `  filesystem_mirror { path = ${JSON.stringify(mirror)} }`,
    '}',
    '',
  ].join('\n');
}
