// Terraform or OpenTofu: the machine's own, else Terraform's Python library.
import { onPath } from './parts.mjs';
import { setUpLibterraform } from './python.mjs';

export async function findTerraform() {
  return onPath('terraform', 'tofu') ?? (await setUpLibterraform());
}
