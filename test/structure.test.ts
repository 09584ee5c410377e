/**
 * The architecture, checked by reading the sources: which imports are allowed, what the core must
 * not use, how long files and functions may be. An exception is added here, with its reason.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { functionsOf, readSources, type Source, sourceOf } from './support/source.ts';
import { boundlessIn, kindlessIn, linesOf } from './support/test-rules.ts';

const sources = readSources(
  'reconciler/**/*.ts',
  'local-cloud/**/*.ts',
  'cdktf/*.ts',
  'schemas/*.ts',
);
const scripts = readSources('scripts/**/*.{ts,mjs}');
const tests = readSources('test/**/*.ts');
const everything = [...sources, ...scripts, ...tests];

const fileLinesMax = 250;
const testFileLinesMax = 400;
const functionLinesMax = 70;
const parametersMax = 4;

const longFiles = new Set([
  // The decision table, a row each: which row wins shows only where all of them are together.
  'test/core/plan/diff.test.ts',
]);

/** Adapters that others may import: a folder, or one file of it. */
const sharedAdapters = new Set([
  'tools',
  'child-process',
  'openssh',
  'http',
  'hetzner/errors',
  'parse-cache',
]);

/** What each layer may import of the project, itself aside. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  core: ['schemas'],
  ports: ['core'],
  // The common start of several flows: flows never import each other.
  'shared flow': ['core', 'ports'],
  flow: ['core', 'ports', 'shared flow'],
  // A run: observe, plan, apply, finalize.
  reconcile: ['core', 'ports', 'shared flow', 'flow'],
  cdktf: ['core', 'schemas'],
  adapter: ['core', 'ports', 'shared adapter'],
  'shared adapter': ['core', 'ports'],
  'terraform adapter': ['core', 'ports', 'shared adapter', 'cdktf'],
  'ssh adapter': ['core', 'ports', 'shared adapter'],
  'ansible adapter': ['core', 'ports', 'shared adapter', 'ssh adapter'],
  // And `forLocalCloud`.
  'local cloud': ['schemas'],
  settings: ['core', 'ports', 'shared adapter'],
  serve: ['core', 'ports', 'shared flow', 'flow', 'reconcile'],
  main: ['*'],
  cli: ['*'],
};

/** What of the core the local cloud uses to parse its documents and to fail. */
const forLocalCloud: ReadonlySet<string> = new Set([
  'reconciler/core/agent/catalog.ts',
  'reconciler/core/agent/document.ts',
  'reconciler/core/agent/policy.ts',
  'reconciler/core/failure.ts',
]);
/** The one file of the product that starts it. */
const localCloudVerb = 'reconciler/app/cli/verbs/cloud.ts';

/** What a room of the core may import: those before it. `` is a file in none. */
const coreRooms: Readonly<Record<string, readonly string[]>> = {
  '': [],
  text: [''],
  agent: ['', 'text'],
  billing: ['', 'text', 'agent'],
  fleet: ['', 'text', 'agent'],
  heartbeats: ['', 'text', 'agent', 'fleet'],
  stack: ['', 'text', 'agent', 'fleet'],
  orphans: ['', 'text', 'agent', 'fleet', 'stack'],
  plan: ['', 'text', 'agent', 'fleet', 'stack', 'orphans'],
  commands: ['', 'text', 'agent', 'billing', 'fleet', 'plan'],
  mail: ['', 'text', 'agent', 'fleet'],
  status: ['', 'text', 'agent', 'fleet', 'heartbeats', 'stack', 'orphans', 'plan', 'mail'],
  money: ['', 'text', 'agent', 'billing', 'fleet', 'stack', 'status'],
  webhooks: ['', 'text', 'agent', 'fleet'],
  alarms: ['', 'text', 'agent', 'fleet', 'heartbeats', 'plan', 'status', 'webhooks'],
  'pull-request': ['', 'text', 'agent', 'fleet', 'stack', 'plan', 'commands', 'status'],
};

/** The same for the command line: files in no room are its entry and the table of its verbs. */
const cliRooms: Readonly<Record<string, readonly string[]>> = {
  text: [],
  run: ['text'],
  verbs: ['text', 'run'],
  '': ['text', 'run', 'verbs'],
};

/** The folder right below `reconciler/core` or `reconciler/app/cli`; '' for a file in none. */
function roomOf(path: string, below: string): string {
  const [room = '', ...rest] = path.slice(below.length).split('/');
  return rest.length > 0 ? room : '';
}

function coreAllows(from: string, to: string): boolean {
  return from === to || (coreRooms[from]?.includes(to) ?? false);
}

function cliAllows(from: string, to: string): boolean {
  return from === to || (cliRooms[from]?.includes(to) ?? false);
}

const core = 'reconciler/core/';
const cli = 'reconciler/app/cli/';

/** The part of a layer that a file belongs to: parts of one layer do not import each other. */
function placeOf(path: string): { readonly layer: string; readonly part: string } {
  const [top, second = '', third = '', fourth = ''] = path.replace(/\.ts$/, '').split('/');
  if (top === 'schemas' || top === 'cdktf') return { layer: top, part: top };
  if (top === 'local-cloud') return { layer: 'local cloud', part: top };
  if (top !== 'reconciler') return { layer: 'outside', part: top ?? '' };
  if (second === 'core' || second === 'ports') return { layer: second, part: second };
  if (second === 'flows') return flowOf(third, path.split('/').length > 4 ? fourth : '');
  if (second === 'adapters') {
    for (const part of [third, `${third}/${fourth}`])
      if (sharedAdapters.has(part)) return { layer: 'shared adapter', part };
    const own = mayImport[`${third} adapter`] !== undefined;
    return { layer: own ? `${third} adapter` : 'adapter', part: third };
  }
  if (['serve', 'main', 'cli'].includes(third)) return { layer: third, part: third };
  return { layer: 'settings', part: third };
}

/**
 * `reconcile` has a room for each step of a run. The files above them run the steps in order, and
 * those of `image` and `watch` use them too.
 */
function flowOf(flow: string, step: string): { readonly layer: string; readonly part: string } {
  if (flow === 'shared') return { layer: 'shared flow', part: flow };
  if (flow !== 'reconcile') return { layer: 'flow', part: flow };
  return ['', 'image', 'watch'].includes(step)
    ? { layer: 'reconcile', part: flow }
    : { layer: 'flow', part: `${flow}/${step}` };
}

function isAllowed(from: string, to: string): boolean {
  const [importer, imported] = [placeOf(from), placeOf(to)];
  if (importer.layer === imported.layer && importer.part === imported.part) return true;
  if (imported.layer === 'local cloud') return from === localCloudVerb;
  if (importer.layer === 'local cloud' && forLocalCloud.has(to)) return true;
  const allowed = mayImport[importer.layer] ?? [];
  return allowed.includes('*') || allowed.includes(imported.layer);
}

function isProjectFile(name: string): boolean {
  return /^(?:reconciler|local-cloud|schemas|cdktf|scripts|test)\//.test(name);
}

function packagesOf(source: Source): readonly string[] {
  return source.imports.filter((name) => !isProjectFile(name));
}

type FileImports = Pick<Source, 'path' | 'imports'>;

/** The rest after all are removed that import none of the others, or that none of them imports. */
function inCircles(files: readonly FileImports[]): readonly string[] {
  const left = new Map(files.map((file) => [file.path, file]));
  for (let before = files.length + 1; left.size < before; ) {
    before = left.size;
    const imported = new Set([...left.values()].flatMap(({ imports }) => imports));
    for (const { path, imports } of [...left.values()])
      if (!imported.has(path) || !imports.some((name) => left.has(name))) left.delete(path);
  }
  return [...left.keys()].sort();
}

/** `path:line what`, for each line of code that matches. */
function linesThat(from: readonly Source[], pattern: RegExp): readonly string[] {
  return from.flatMap((source) =>
    source.code.flatMap((line, place) =>
      pattern.test(line)
        ? [`${source.path}:${place + 1} ${source.lines[place]?.trim() ?? ''}`]
        : [],
    ),
  );
}

describe('layers', () => {
  it('import one way only: schemas, core, ports, flows, app', () => {
    const wrong = sources.flatMap((source) =>
      source.imports
        .filter((name) => isProjectFile(name) && !isAllowed(source.path, name))
        .map((name) => `${source.path} imports ${name}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('rooms of the core import one way only, too', () => {
    const wrong = inCore().flatMap((source) =>
      source.imports
        .filter((name) => name.startsWith(core))
        .filter((name) => !coreAllows(roomOf(source.path, core), roomOf(name, core)))
        .map((name) => `${source.path} imports ${name}`),
    );
    assert.deepEqual(wrong, []);
    assert.ok(!coreAllows('agent', 'plan') && coreAllows('plan', 'fleet'));
  });

  it('rooms of the command line, too', () => {
    const wrong = sources.flatMap((source) =>
      source.imports
        .filter((name) => [source.path, name].every((one) => one.startsWith(cli)))
        .filter((name) => !cliAllows(roomOf(source.path, cli), roomOf(name, cli)))
        .map((name) => `${source.path} imports ${name}`),
    );
    assert.deepEqual(wrong, []);
    assert.ok(!cliAllows('text', 'run') && cliAllows('verbs', 'run'));
  });

  it('no file imports itself through others', () => {
    assert.deepEqual(inCircles([...sources, ...scripts]), []);
    const four: FileImports[] = [
      { path: 'a', imports: ['b', 'fs'] },
      { path: 'b', imports: ['c'] },
      { path: 'c', imports: ['b', 'd'] },
      { path: 'd', imports: [] },
    ];
    assert.deepEqual(inCircles(four), ['b', 'c']);
  });

  it('a forbidden import would be found', () => {
    assert.ok(!isAllowed('reconciler/core/plan/plan.ts', 'reconciler/ports/cloud.ts'));
    const observe = 'reconciler/flows/reconcile/observe/read-world.ts';
    assert.ok(!isAllowed(observe, 'reconciler/flows/reconcile/finalize/finalize.ts'));
    assert.ok(!isAllowed(observe, 'reconciler/flows/reconcile/reconcile.ts'));
    assert.ok(isAllowed('reconciler/flows/reconcile/reconcile.ts', observe));
    assert.ok(!isAllowed(observe, 'local-cloud/cloud.ts'));
    assert.ok(
      !isAllowed(
        'reconciler/flows/reconcile/plan-fleet.ts',
        'reconciler/adapters/journal/journal.ts',
      ),
    );
    assert.ok(
      !isAllowed('reconciler/adapters/github/forge.ts', 'reconciler/adapters/stripe/billing.ts'),
    );
    assert.ok(!isAllowed('reconciler/adapters/github/forge.ts', 'local-cloud/cloud.ts'));
    assert.ok(!isAllowed('reconciler/app/serve/page.ts', 'reconciler/app/main.ts'));
    assert.ok(!isAllowed('reconciler/adapters/mail/mail.ts', 'reconciler/adapters/hetzner/api.ts'));
    assert.ok(isAllowed('reconciler/adapters/mail/mail.ts', 'reconciler/adapters/http/client.ts'));
    assert.ok(isAllowed('reconciler/adapters/git/push.ts', 'reconciler/adapters/git/path.ts'));
    assert.ok(isAllowed('reconciler/app/cli/verbs/cloud.ts', 'local-cloud/cloud.ts'));
    assert.ok(!isAllowed('reconciler/app/main.ts', 'local-cloud/cloud.ts'));
    assert.ok(!isAllowed('local-cloud/seed.ts', 'reconciler/core/plan/plan.ts'));
    assert.ok(!isAllowed('local-cloud/hosts.ts', 'reconciler/adapters/openssh.ts'));
  });

  it('core knows the parsers of YAML and the hashes of node:crypto, and no other package', () => {
    const allowed = new Set(['yaml', 'js-yaml', 'node:crypto']);
    const wrong = inCore().flatMap((source) =>
      packagesOf(source)
        .filter((name) => !allowed.has(name))
        .map((name) => `${source.path} imports ${name}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('flows use the world through ports: no package with input or output', () => {
    const allowed = new Set(['yaml', 'node:crypto']);
    const wrong = sources
      .filter((source) => ['flow', 'reconcile', 'shared flow'].includes(placeOf(source.path).layer))
      .flatMap((source) =>
        packagesOf(source)
          .filter((name) => !allowed.has(name))
          .map((name) => `${source.path} imports ${name}`),
      );
    assert.deepEqual(wrong, []);
  });
});

function inCore(): readonly Source[] {
  const core = sources.filter((source) => placeOf(source.path).layer === 'core');
  assert.ok(core.length > 20, 'the core was found');
  return core;
}

describe('core', () => {
  const banned: readonly (readonly [string, RegExp])[] = [
    ['the clock', /\bDate\.now\b|\bnew Date\(\)|\bperformance\./],
    ['randomness', /\bMath\.random\b|\brandom(?:Bytes|UUID|Int)\b|\bgetRandomValues\b/],
    ['the environment', /\bprocess\.|\bglobalThis\b/],
    ['async', /\basync\b|\bawait\b|\bPromise\b|\bset(?:Timeout|Interval|Immediate)\b/],
    ['output', /\bconsole\b|\blog(?:ger)?\.(?:debug|info|warn|error)\b|\bfetch\(/],
  ];
  for (const [what, pattern] of banned)
    it(`has no ${what}`, () => assert.deepEqual(linesThat(inCore(), pattern), []));

  it('a violation would be found', () => {
    const sample = sourceOf(
      'sample.ts',
      'const a = Date.now();\nconst b = new Date();\nconst c = new Date(1);\nconst d = await e;\n// process.env\n',
    );
    const caught = banned.flatMap(([, pattern]) => linesThat([sample], pattern));
    assert.deepEqual(caught.map((line) => line.split(' ')[0]).sort(), [
      'sample.ts:1',
      'sample.ts:2',
      'sample.ts:4',
    ]);
  });
});

describe('style', () => {
  it('no default exports, no enums, no any', () => {
    assert.deepEqual(linesThat(everything, /\bexport default\b/), []);
    assert.deepEqual(linesThat(everything, /^\s*(?:export )?(?:declare )?(?:const )?enum \w/), []);
    assert.deepEqual(linesThat(everything, /(?::|\bas|<|\|) any\b|<any>|\bany\[\]/), []);
  });

  it('an id is made by `agentIdOf`, or read by `parseAgentId`, and cast nowhere else', () => {
    const elsewhere = everything.filter(({ path }) => path !== 'reconciler/core/agent/agent.ts');
    assert.deepEqual(linesThat(elsewhere, /\bas AgentId\b/), []);
  });

  it(`files have at most ${fileLinesMax} lines, those of tests ${testFileLinesMax}`, () => {
    const long = (from: readonly Source[], max: number) =>
      from
        .filter((source) => source.lines.length > max && !longFiles.has(source.path))
        .map((source) => `${source.path} has ${source.lines.length}`);
    assert.deepEqual(
      [...long([...sources, ...scripts], fileLinesMax), ...long(tests, testFileLinesMax)],
      [],
    );
  });

  it(`functions have at most ${functionLinesMax} lines and ${parametersMax} parameters`, () => {
    const wrong = [...sources, ...scripts].flatMap((source) =>
      functionsOf(source)
        .filter((one) => one.lines > functionLinesMax || one.parameters > parametersMax)
        .map(
          (one) =>
            `${source.path}:${one.line} ${one.name} has ${one.lines} lines, ${one.parameters} parameters`,
        ),
    );
    assert.deepEqual(wrong, []);
  });

  it('names describe the content', () => {
    const empty = /(?:^|\/)(?:utils?|helpers?|types|index|common|misc|lib)(?:\.\w+|\/)/;
    assert.deepEqual(
      everything.map((source) => source.path).filter((path) => empty.test(path)),
      [],
    );
  });

  it('each file opens by saying what it does', () => {
    const wrong = [...sources, ...scripts]
      .filter((source) => !/^(?:#!.*\n)?(?:\/\*\*|\/\/)/.test(source.lines.slice(0, 2).join('\n')))
      .map((source) => source.path);
    assert.deepEqual(wrong, []);
  });
});

describe('tests', () => {
  it('have no loop without a bound: waits use `until`', () => {
    assert.deepEqual(tests.flatMap(boundlessIn), []);
    const sample = sourceOf(
      'sample.ts',
      [
        'while (held()) await turn();',
        'for (;;) look();',
        'for (let n = 0; !over; n += 1) push(n);',
        'for (let n = 0; !over && n < 9; n += 1) push(n);',
        'for (const one of all.map((each) => each)) push(one);',
        'do {',
        '} while (held());',
        'for (let a = first(() => 1); a !== b(() => 2); a = next(a)) push(a);',
      ].join('\n'),
    );
    assert.deepEqual(linesOf(boundlessIn(sample)), ['1', '2', '3', '6', '7', '8']);
  });

  it('name the kind of a skip, so that it can be required', () => {
    assert.deepEqual(tests.flatMap(kindlessIn), []);
    const sample = sourceOf(
      'sample.ts',
      [
        "test('a', { skip: gone && 'moto is missing' }, () => {});",
        "test('b', { skip: gone && 'python: moto is missing' }, () => {});",
        "test('c', { skip: 'skip' in tool && tool.skip }, () => {});",
        "t.skip('not here');",
      ].join('\n'),
    );
    assert.deepEqual(linesOf(kindlessIn(sample)), ['1', '4']);
  });
});
