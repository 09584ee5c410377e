/** The content of a stack: labels that identify, a hash of its inputs, user data. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { literal } from '../../../cdktf/template-text.ts';
import { agentStateKey } from '../../../reconciler/core/fleet/observed.ts';
import { specHash } from '../../../reconciler/core/fleet/spec-hash.ts';
import {
  type AgentStackInput,
  agentStackSpec,
  emptyStackSpec,
  fleetStackSpec,
  userDataOf,
} from '../../../reconciler/core/stack/stack-spec.ts';
import { idNo, nonce, policyOf } from '../../builders/world.ts';

const policy = policyOf();
const input: AgentStackInput = {
  policy,
  agent: idNo(1),
  subscription: 'sub_Test1',
  customer: 'cus_Test1',
  choice: {
    revision: 3,
    plan: 'starter',
    region: 'eu-central',
    location: 'fsn1',
    serverType: 'cpx12',
    image: 'debian-12',
  },
  nonce,
  created: 1_795_000_000,
  userData: '#cloud-config\n',
  sshKeys: [],
  firewalls: [],
  bootstrap: true,
};

describe('the labels of a server', () => {
  it('contain a customer whose id is no valid label by its hash', () => {
    const { labels } = agentStackSpec({ ...input, customer: 'auth0|5f7c' }).server;
    assert.match(labels['aura.dev/customer'] ?? '', /^customer-[0-9a-f]{40}$/);
  });

  it('are exactly these', () => {
    assert.deepEqual(agentStackSpec(input).server.labels, {
      'aura.dev/fleet': 'aura',
      'aura.dev/agent': idNo(1),
      'aura.dev/subscription': 'sub_Test1',
      'aura.dev/customer': 'cus_Test1',
      'aura.dev/created': '1795000000',
      'aura.dev/revision': '3',
      'aura.dev/nonce': nonce,
      'aura.dev/spec': specHash(input),
      'aura.dev/bootstrap': '1',
    });
  });

  it('lose the bootstrap label once the VM is created, and nothing else', () => {
    const { 'aura.dev/bootstrap': _bootstrap, ...rest } = agentStackSpec(input).server.labels;
    assert.deepEqual(agentStackSpec({ ...input, bootstrap: false }).server.labels, rest);
  });

  it('are valid labels at Hetzner', () => {
    for (const [name, value] of Object.entries(agentStackSpec(input).server.labels)) {
      assert.match(name, /^[a-z.]{1,253}\/[a-z]{1,63}$/);
      assert.match(value, /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/);
    }
  });
});

describe('the hash of a stack', () => {
  it('is 32 hex and does not depend on the order of keys, the user data or the clock', () => {
    assert.match(specHash(input), /^[0-9a-f]{32}$/);
    const reversed = Object.fromEntries(Object.entries(input.choice).reverse());
    const same: AgentStackInput = {
      ...input,
      choice: reversed as AgentStackInput['choice'],
      userData: 'other',
      created: 1,
      sshKeys: ['7'],
      bootstrap: false,
    };
    assert.equal(specHash(same), specHash(input));
  });

  it('changes with every input of the server', () => {
    const { choice } = input;
    const others: readonly AgentStackInput[] = [
      { ...input, agent: idNo(2) },
      { ...input, subscription: 'sub_Test2' },
      { ...input, customer: 'cus_Test2' },
      { ...input, nonce: 'z'.repeat(16) },
      { ...input, choice: { ...choice, revision: 4 } },
      { ...input, choice: { ...choice, plan: 'pro' } },
      { ...input, choice: { ...choice, location: 'nbg1' } },
      { ...input, choice: { ...choice, serverType: 'cpx22' } },
      { ...input, choice: { ...choice, image: 'debian-13' } },
      { ...input, policy: { ...policy, fleet: 'other' } },
    ];
    assert.equal(new Set([input, ...others].map(specHash)).size, others.length + 1);
  });
});

describe('the stacks', () => {
  it('of one agent share one state, including the empty one that retires it', () => {
    const key = `aura/agents/${idNo(1)}/terraform.tfstate`;
    assert.equal(agentStackSpec(input).stateKey, key);
    assert.equal(emptyStackSpec(policy, agentStateKey(policy.fleet, idNo(1))).stateKey, key);
    assert.equal(fleetStackSpec(policy).stateKey, 'aura/fleet/terraform.tfstate');
  });

  it('of the fleet holds the break-glass key where the policy names one', () => {
    assert.equal(fleetStackSpec(policy).breakGlassKey, null);
    const withKey = policyOf('ssh: {breakGlassPublicKey: "ssh-ed25519 AAAAexample ops"}\n');
    assert.deepEqual(fleetStackSpec(withKey).breakGlassKey, {
      name: 'aura-break-glass',
      publicKey: 'ssh-ed25519 AAAAexample ops',
    });
  });
});

describe('user data', () => {
  const privateKey = [
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    'b3BlbnNzaC1rZXktdjEAAAAA',
    '-----END OPENSSH PRIVATE KEY-----',
    '',
  ].join('\n');
  const keys = {
    agent: idNo(1),
    caPublicKeys: ['ssh-ed25519 AAAAca aura-ca\n'],
    hostPrivateKey: privateKey,
    hostPublicKey: 'ssh-ed25519 AAAAhost\n',
  };
  type CloudConfig = {
    ssh_keys: Record<string, string>;
    write_files: { path: string; content: string }[];
  };
  const read = (part: Partial<typeof keys> = {}) =>
    parse(userDataOf({ ...keys, ...part })) as CloudConfig;
  const fileOf = (config: CloudConfig, path: string) =>
    config.write_files.find((file) => file.path === path)?.content;

  it('seeds the host key, trusts the CA for this agent alone, and allows no password', () => {
    const text = userDataOf(keys);
    assert.ok(text.startsWith('#cloud-config\n'));
    const config = read();
    assert.deepEqual(config.ssh_keys, {
      ed25519_private: privateKey,
      ed25519_public: 'ssh-ed25519 AAAAhost',
    });
    assert.equal(fileOf(config, '/etc/ssh/aura_user_ca.pub'), 'ssh-ed25519 AAAAca aura-ca\n');
    assert.equal(fileOf(config, '/etc/ssh/auth_principals/root'), `${idNo(1)}\n`);
    assert.match(
      fileOf(config, '/etc/ssh/sshd_config.d/10-aura.conf') ?? '',
      /^PasswordAuthentication no$/m,
    );
  });

  it('keeps several CAs, while one is being replaced, inside their file', () => {
    const two = ['ssh-ed25519 AAAAold old', 'ssh-ed25519 AAAAnew new'];
    const config = read({ caPublicKeys: two });
    assert.equal(fileOf(config, '/etc/ssh/aura_user_ca.pub'), `${two.join('\n')}\n`);
  });

  it('keeps hostile text as text: no key of cloud-init’s own, no template code', () => {
    const hostile = 'ssh-ed25519 AAAA ${file("/etc/passwd")} %{ if true }\nruncmd: [reboot]';
    const plain = Object.keys(read());
    assert.deepEqual(Object.keys(read({ caPublicKeys: [hostile] })), plain);
    assert.deepEqual(Object.keys(read({ hostPublicKey: hostile })), plain);
    assert.deepEqual(Object.keys(read({ hostPrivateKey: `${privateKey}\nruncmd: [x]` })), plain);
    const escaped = literal(userDataOf({ ...keys, caPublicKeys: [hostile] }));
    assert.ok(!/(?<!\$)\$\{|(?<!%)%\{/.test(escaped), 'every template sign is doubled');
  });

  it('a synthesis token is refused, not carried out', () => {
    assert.throws(() => literal('x ${TfToken[TOKEN.7]}'), { reason: 'InvalidInput' });
  });
});
