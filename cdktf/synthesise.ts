/** A stack's value to the JSON that Terraform reads (cdk.tf.json). */

import { HcloudProvider } from '@cdktf/provider-hcloud/provider';
import { App, S3Backend, TerraformStack } from 'cdktf';
import { impossible } from '../reconciler/core/failure.ts';
import type { StackSpec } from '../reconciler/core/stack/stack-spec.ts';
import { addAgent } from './agent-stack.ts';
import { addFleet } from './fleet-stack.ts';

/** Where states live. Credentials and endpoint come from the environment, never from here. */
export type StateBackend = { readonly bucket: string; readonly region: string };

/** One app a stack: a shared one would keep every stack that was ever made. */
export function synthesise(spec: StackSpec, backend: StateBackend): object {
  const stack = new TerraformStack(new App({ stackTraces: false }), 'stack');
  new S3Backend(stack, {
    bucket: backend.bucket,
    region: backend.region,
    key: spec.stateKey,
    encrypt: true,
    useLockfile: true,
    // Anything that speaks S3 will do; only Amazon's own has these services beside it.
    skipCredentialsValidation: true,
    skipRegionValidation: true,
    skipRequestingAccountId: true,
    skipMetadataApiCheck: true,
    skipS3Checksum: true,
    usePathStyle: true,
  });
  // The token comes from the environment: in here it would end in plan files and states.
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

/** The library keeps every token of every stack in a map of the process: about 18 KB a stack. */
function forgetTokens(): void {
  Reflect.deleteProperty(globalThis, '__cdktfTokenMap');
}
