/** SSH keys: names and fingerprints are unique in a project. */
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { HetznerError, invalid } from './errors.ts';
import { askedOf, type ById, requiredText, type WithBody } from './input.ts';
import { refuseTaken, registerReading, rename } from './kind.ts';
import { found, type Project, refuseBeyondLimit, timeOf } from './project.ts';
import type { SshKey } from './records.ts';
import { checkedLabels } from './selector.ts';

const publicKeyMax = 16_384;

export function registerSshKeys(app: FastifyInstance, project: Project): void {
  const keys = project.sshKeys;
  registerReading(app, keys, 'ssh_key', {
    key: 'ssh_keys',
    body,
    filters: { fingerprint: '@fingerprint' },
    sorts: { name: (one) => one.name },
  });
  app.post('/ssh_keys', ({ body: given }, reply) => {
    const asked = askedOf(given);
    const name = requiredText(asked, 'name');
    const publicKey = requiredText(asked, 'public_key', publicKeyMax).trim();
    const fingerprint = fingerprintOf(publicKey);
    const labels = checkedLabels(asked['labels']);
    refuseTaken(keys, name);
    if (keys.one('@fingerprint', fingerprint) !== undefined)
      throw new HetznerError(
        'uniqueness_error',
        'SSH key with the same fingerprint already exists',
      );
    refuseBeyondLimit(project, 'sshKeys');
    const created = project.clock.now();
    const key: SshKey = { id: project.nextId(), name, fingerprint, publicKey, labels, created };
    keys.set(key.id, key);
    return reply.code(201).send({ ssh_key: body(key) });
  });
  app.put<WithBody>('/ssh_keys/:id', ({ params, body: given }) => {
    const key = found(keys, 'ssh_key', params.id);
    rename(keys, key, askedOf(given));
    return { ssh_key: body(key) };
  });
  app.delete<ById>('/ssh_keys/:id', ({ params }, reply) => {
    keys.delete(found(keys, 'ssh_key', params.id).id);
    return reply.code(204).send();
  });
}

/** MD5 in colon form, as the API has it. */
function fingerprintOf(publicKey: string): string {
  const blob = /^(?:ssh|ecdsa|sk)-\S+ ([A-Za-z0-9+/=]+)(?: [^\r\n]*)?$/.exec(publicKey)?.[1];
  if (blob === undefined) throw invalid('public_key', 'is no SSH public key');
  const digest = createHash('md5').update(Buffer.from(blob, 'base64')).digest('hex');
  return digest.match(/../g)?.join(':') ?? '';
}

function body(key: SshKey): object {
  return {
    id: key.id,
    name: key.name,
    fingerprint: key.fingerprint,
    public_key: key.publicKey,
    labels: key.labels,
    created: timeOf(key.created),
  };
}
