import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentStateKey } from '../../../reconciler/core/fleet/observed.ts';
import {
  agentStackSpec,
  emptyStackSpec,
  fleetStackSpec,
} from '../../../reconciler/core/stack/stack-spec.ts';
import { takenMessage } from '../../../reconciler/core/stack/taken.ts';
import { policyOf } from '../../builders/world.ts';

const policy = policyOf('ssh: {breakGlassPublicKey: "ssh-ed25519 AAAA ops"}\n');
const agent = agentStackSpec({
  policy,
  agent: 'agt-000000000000',
  subscription: 'sub_1',
  customer: 'cus_1',
  choice: {
    revision: 1,
    plan: 'starter',
    region: 'eu-central',
    serverType: 'cpx12',
    location: 'fsn1',
    image: 'debian-12',
  },
  nonce: '0123456789abcdef',
  created: 1,
  userData: '',
  sshKeys: [],
  firewalls: [],
  bootstrap: true,
});

test('existing resources have the names of Hetzner and Terraform', () => {
  const said = [
    takenMessage(agent, 'hcloud_server.agent'),
    takenMessage(fleetStackSpec(policy), 'hcloud_firewall.base'),
    takenMessage(fleetStackSpec(policy), 'hcloud_ssh_key.break_glass'),
    takenMessage(fleetStackSpec(policy), 'hcloud_ssh_key.other'),
    takenMessage(emptyStackSpec(policy, agentStateKey(policy.fleet, 'agt-000000000000')), null),
  ];
  assert.deepEqual(
    said.map((text) => text.split(' exists already in this Hetzner project')[0]),
    [
      'agt-000000000000 (hcloud_server.agent)',
      'aura-base (hcloud_firewall.base)',
      'aura-break-glass (hcloud_ssh_key.break_glass)',
      'hcloud_ssh_key.other',
      'a resource of this stack',
    ],
  );
  for (const text of said)
    assert.match(text, /HCLOUD_TOKEN may be, or have been, the token of another/);
});
