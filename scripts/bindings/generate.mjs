// Typed bindings of the hcloud provider, generated from the provider's own schema.
//
//   node generate.mjs SCHEMA.json OUT_FOLDER VERSION
//
// SCHEMA.json is what `terraform providers schema -json` prints. The generator's main export needs
// a toolchain for other languages; its TypeScript class is imported from an internal path.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';

const require = createRequire(import.meta.url);
const {
  TerraformProviderGenerator,
} = require('@cdktf/provider-generator/lib/get/generator/provider-generator');
const { CodeMaker } = require('codemaker');
const {
  ConstructsMakerProviderTarget,
  Language,
  TerraformProviderConstraint,
} = require('@cdktf/commons');
const { sanitizeProviderSchema } = require('@cdktf/provider-schema/src/provider-schema');

const wanted = ['firewall', 'placement_group', 'primary_ip', 'server', 'snapshot', 'ssh_key'];
const provider = 'registry.terraform.io/hetznercloud/hcloud';

const [schemaFile, out, version] = process.argv.slice(2);
const schema = sanitizeProviderSchema(JSON.parse(readFileSync(schemaFile, 'utf8')));
schema.provider_versions = { [provider]: version };
const entry = schema.provider_schemas[provider];
entry.resource_schemas = Object.fromEntries(
  wanted.map((name) => [`hcloud_${name}`, entry.resource_schemas[`hcloud_${name}`]]),
);
entry.data_source_schemas = {};
const code = new CodeMaker();
const constraint = new TerraformProviderConstraint({
  name: 'hcloud',
  source: 'hetznercloud/hcloud',
  version,
});
new TerraformProviderGenerator(code, schema).generate(
  new ConstructsMakerProviderTarget(constraint, Language.TYPESCRIPT),
);
await code.save(out);
