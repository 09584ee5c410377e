/** The bodies of the service's answers, as JSON Schema for its description (OpenAPI). */

type Schema = Readonly<Record<string, unknown>>;

const text = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const id = { type: 'string', pattern: '^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$' } as const;
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
const list = (items: Schema): Schema => ({ type: 'array', items });

/** Every property is there; what is not known is null. */
function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', required, properties } as const;
}

const money = object({ monthly: { type: 'number' }, currency: text });
const provisions = object({
  count: { type: 'integer' },
  averageSeconds: orNull({ type: 'integer' }),
  p95Seconds: orNull({ type: 'integer' }),
  failureRate: { type: 'number', minimum: 0, maximum: 1 },
});
const health = object({
  state: { enum: ['healthy', 'unhealthy', 'unknown'] },
  lastHeartbeat: orNull(time),
  problem: orNull(text),
  rebootPending: { type: 'boolean' },
});
const uptime = object({
  percent: orNull({ type: 'number' }),
  days: list(object({ day: text, percent: orNull({ type: 'number' }) })),
});
const step = object(
  {
    name: { enum: ['queued', 'creating server', 'configuring', 'joining network', 'running'] },
    state: { enum: ['done', 'current', 'waiting', 'failed'] },
    at: time,
  },
  ['at'],
);
const server = object({
  ipv4: orNull(text),
  location: orNull(text),
  type: orNull(text),
  memoryGb: orNull({ type: 'number' }),
  diskGb: orNull({ type: 'number' }),
});

const agent = object({
  id,
  phase: text,
  since: orNull(time),
  steps: list(step),
  estimate: orNull(object({ at: time, isOverdue: { type: 'boolean' } })),
  queue: orNull(object({ place: { type: 'integer' }, waiting: { type: 'integer' } })),
  trouble: orNull(object({ what: text, retryAt: orNull(time), isRefunded: { type: 'boolean' } })),
  server: orNull(server),
  power: orNull(object({ asked: { enum: ['running', 'stopped'] }, is: { enum: ['on', 'off'] } })),
  deletedAt: orNull(time),
  reprovisionLoses: orNull(text),
  tailnet: orNull(object({ name: orNull(text), address: text })),
  region: orNull(text),
  plan: orNull(text),
  cost: orNull(money),
  next: text,
  health: orNull(health),
  uptime: orNull(uptime),
  asOf: orNull(time),
});

const incident = object({
  title: text,
  state: { enum: ['investigating', 'identified', 'monitoring', 'resolved'] },
  since: orNull(time),
  until: orNull(time),
  regions: list(text),
  text,
});
const fleet = object({
  incidents: list(incident),
  regions: list(
    object({
      region: text,
      title: text,
      provisions: orNull(provisions),
      recent: list(object({ at: time, seconds: orNull({ type: 'integer' }) })),
    }),
  ),
  asOf: orNull(time),
});

const sold = object({
  region: text,
  title: text,
  isAvailable: orNull({ type: 'boolean' }),
  usualMinutes: orNull({ type: 'integer' }),
});
const catalog = object({
  plans: list(object({ plan: text, title: text, price: orNull(money), regions: list(sold) })),
  signups: object({ wait: { type: 'boolean' }, waiting: { type: 'integer' } }),
  asOf: orNull(time),
});

const error = object({
  error: {
    type: 'object',
    required: ['code', 'message'],
    properties: { code: text, message: text },
  },
});

const done = object(
  { agent: id, command: text, commit: orNull(text), why: text, repeated: { type: 'boolean' } },
  ['why', 'repeated'],
);

const readiness = {
  type: 'object',
  required: ['ready'],
  properties: { ready: { type: 'boolean' } },
} as const;

const confirm = { type: 'string', maxLength: 100 } as const;
const region = { type: 'string', pattern: '^[a-z][a-z0-9-]{0,39}$' } as const;
const reason = { type: 'string', minLength: 1, maxLength: 300 } as const;

/** `config` and `region` have to be there where they are possible. */
function command(names: readonly string[], properties: Readonly<Record<string, Schema>>): Schema {
  const needed = Object.keys(properties).filter((name) => name !== 'confirm');
  return {
    type: 'object',
    additionalProperties: false,
    required: ['command', ...needed],
    properties: { command: { enum: names }, ...properties, reason },
  };
}

export const schemas: Readonly<Record<string, Schema>> = {
  ...{ Agent: agent, Catalog: catalog, CommandDone: done, Error: error, Fleet: fleet },
  ...{ Ok: object({ ok: { type: 'boolean' } }), Readiness: readiness },
  Command: {
    oneOf: [
      command(['start', 'stop', 'retry', 'restore', 'cancel'], {}),
      command(['reprovision'], { confirm }),
      command(['region'], { region, confirm }),
      command(['config'], { config: { type: 'object', minProperties: 1, maxProperties: 20 } }),
    ],
  },
};
