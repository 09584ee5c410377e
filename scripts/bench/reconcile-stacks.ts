/**
 * Runs real Terraform stacks in a process of its own, so that its children's CPU is only theirs:
 * `make` creates the servers of the first agents, `plan` plans each of them again and reports the
 * cost of a plan.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { synthesise } from '../../cdktf/synthesise.ts';
import { runTerraform } from '../../reconciler/adapters/terraform/program.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { parsePolicy, policyExample } from '../../reconciler/core/agent/policy.ts';
import { fixedKeys } from '../../reconciler/ports/bucket-keys.ts';
import { exitedChildrenMs } from './process-tree.ts';
import { agentNumber, stackOf } from './reconcile-agents.ts';

type Verb = 'make' | 'plan';

async function main(verb: Verb, stacks: number): Promise<void> {
  const [terraform, terraformRc] = [findTool('terraform'), findTool('terraformRc')];
  const { HCLOUD_TOKEN = '', HCLOUD_ENDPOINT = '', ...env } = process.env;
  const aws = Object.entries(env).filter(([name]) => name.startsWith('AWS_'));
  const variables = { HCLOUD_TOKEN, HCLOUD_ENDPOINT, ...Object.fromEntries(aws) };
  const keys = fixedKeys({
    accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
    sessionToken: null,
  });
  const backend = {
    bucket: env['AURA_STATE_BUCKET'] ?? '',
    region: env['AWS_REGION'] ?? '',
  };
  const policy = parsePolicy(policyExample);
  if (!policy.ok) throw new Error('the example of a policy is no policy');
  const costs: number[] = [];
  const one = async (n: number) => {
    const folder = await mkdtemp(join(tmpdir(), 'aura-bench-stack-'));
    const run = async (args: readonly string[]) => {
      const { code, stdout, stderr } = await runTerraform(
        { terraform, terraformRc, variables, keys },
        folder,
        args,
      );
      if (code !== 0)
        throw new Error(`terraform ${args[0]} exited with ${code}: ${stderr}${stdout}`);
    };
    try {
      const stack = synthesise(stackOf(policy.value, agentNumber(n)), backend);
      await writeFile(join(folder, 'stack.tf.json'), JSON.stringify(stack), { mode: 0o600 });
      await run(['init', '-input=false', '-no-color']);
      if (verb === 'make') {
        await run(['apply', '-input=false', '-auto-approve', '-parallelism=1', '-no-color']);
        return;
      }
      const before = exitedChildrenMs();
      // Anything but "no changes" exits with another code.
      await run(['plan', '-input=false', '-json', '-parallelism=1', '-detailed-exitcode']);
      costs.push(exitedChildrenMs() - before);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  await inTurns(stacks, verb === 'make' ? 4 : 1, one);
  const planCpuMs = costs.reduce((sum, ms) => sum + ms, 0) / Math.max(costs.length, 1);
  process.stdout.write(`${JSON.stringify({ stacks, planCpuMs })}\n`);
}

async function inTurns(count: number, width: number, work: (n: number) => Promise<void>) {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}

const [verb, stacks] = process.argv.slice(2);
await main(verb === 'make' ? 'make' : 'plan', Number(stacks));
