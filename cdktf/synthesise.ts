/** Renders a stack as the JSON that Terraform reads (cdk.tf.json). */

import { HcloudProvider } from '@cdktf/provider-hcloud/provider';
import { App, S3Backend, TerraformStack } from 'cdktf';
import { impossible } from '../reconciler/core/failure.ts';
import type { StackSpec } from '../reconciler/core/stack/stack-spec.ts';
import { addAgent } from './agent-stack.ts';
import { addFleet } from './fleet-stack.ts';

/** The bucket of the states. Credentials and endpoint come from the environment. */
export type StateBackend = { readonly bucket: string; readonly region: string };

/** Each stack has its own app, because a shared one would keep every stack in memory. */
export function synthesise(spec: StackSpec, backend: StateBackend): object {
  const stack = new TerraformStack(new App({ stackTraces: false }), 'stack');
  new S3Backend(stack, {
    bucket: backend.bucket,
    region: backend.region,
    key: spec.stateKey,
    encrypt: true,
    useLockfile: true,
    // Other S3 services than Amazon's do not support these checks.
    skipCredentialsValidation: true,
    skipRegionValidation: true,
    skipRequestingAccountId: true,
    skipMetadataApiCheck: true,
    skipS3Checksum: true,
    usePathStyle: true,
  });
  // The token comes from the environment, so that plan files and states do not contain it.
  new HcloudProvider(stack, 'hcloud', {
    pollInterval: `${spec.pollIntervalMs}ms`,
    pollFunction: 'constant',
  });
  addResources(stack, spec);
  const json: object = stack.toTerraform();
  forgetTokens();
  return json;
}

function addResources(stack: TerraformStack, spec: StackSpec): void {
  switch (spec.kind) {
    case 'agent':
      addAgent(stack, spec);
      return;
    case 'fleet':
      addFleet(stack, spec);
      return;
    case 'empty':
      return;
    default:
      impossible(spec);
  }
}

/** Frees the library's global map of tokens, about 18 KB for each stack. */
function forgetTokens(): void {
  Reflect.deleteProperty(globalThis, '__cdktfTokenMap');
}
