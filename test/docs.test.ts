/**
 * The documents for people, compared with the program: links have targets, verbs and their options
 * exist, and the documented variables are those of the program.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, test } from 'node:test';
import { Command } from 'commander';
import { addVerbs } from '../reconciler/app/cli/verbs.ts';
import { variables } from '../reconciler/app/config/variables.ts';
import { runbooks } from '../reconciler/flows/alarms/runbooks.ts';
import { type Markdown, markdownOf, readDocuments, root } from './support/markdown.ts';
import { readSources } from './support/source.ts';

const documents = readDocuments();
const proseColumnsMax = 110;
const configurationPage = 'docs/guide/configuration.md';
const verbsPage = 'docs/guide/cli.md';

const program = new Command('aura');
addVerbs(program, () => async () => {});

describe('the documents', () => {
  test('exist', () => {
    const paths = new Set(documents.map(({ path }) => path));
    for (const path of ['README.md', 'CHANGELOG.md', verbsPage, configurationPage])
      assert.ok(paths.has(path), path);
    assert.ok(documents.length > 30);
  });

  test('have links with existing targets', () =>
    assert.deepEqual(documents.flatMap(deadLinks), []));

  test('name existing files', () => assert.deepEqual(documents.flatMap(absentFiles), []));

  test(`have lines of at most ${proseColumnsMax} columns`, () => {
    const long = documents.flatMap(({ path, prose }) =>
      [...prose].flatMap(([number, line]) =>
        line.length > proseColumnsMax ? [`${path}:${number} has ${line.length}`] : [],
      ),
    );
    assert.deepEqual(long, []);
  });

  test('are each linked from another one', () => {
    const linked = new Set(documents.flatMap((one) => one.links.map((link) => fileOf(one, link))));
    const entries = new Set(['README.md', 'ansible/README.md', 'desired-state/README.md']);
    const alone = documents.map(({ path }) => path).filter((path) => !linked.has(path));
    assert.deepEqual(
      alone.filter((path) => !entries.has(path)),
      [],
    );
  });
});

describe('the command line in the documents', () => {
  test('uses existing verbs and options', () => {
    assert.deepEqual(documents.flatMap(unknownVerbs), []);
  });

  test('has every verb and every option on its page', () => {
    const page = pageAt(verbsPage);
    const missing = program.commands.flatMap((verb) => {
      const spans = page.code.filter((span) => span.split(/[\s,]+/).includes(verb.name()));
      const options = optionsOf(verb).filter((option) => !['--json', '--help'].includes(option));
      return spans.length === 0
        ? [verb.name()]
        : options
            .filter((option) => !page.text.includes(option))
            .map((option) => `${verb.name()} ${option}`);
    });
    assert.deepEqual(missing, []);
  });

  test('is started by scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const unknown = documents.flatMap(({ path, code }) =>
      code.flatMap((span) =>
        [...span.matchAll(/\bnpm run (?:-s )?([a-z]+)/g)]
          .filter(([, name = '']) => scripts[name] === undefined)
          .map(([said]) => `${path}: ${said}`),
      ),
    );
    assert.deepEqual(unknown, []);
  });
});

describe('variables in the documents', () => {
  test('are read by the program or the workflows', () => {
    const read = readSources('reconciler/**/*.ts', 'local-cloud/**/*.ts', 'scripts/**/*.{ts,mjs}')
      .flatMap(({ lines }) => lines)
      .flatMap((line) => [...line.matchAll(/\benv\['(AURA_\w+)'\]/g)].map(([, name = '']) => name));
    const known = new Set([...Object.keys(variables), ...read, ...settingsOfWorkflows()]);
    const unknown = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\bAURA_[A-Z0-9_]+/g)]
        .map(([name]) => name)
        .filter((name) => !known.has(name.replace(/_FILE$/, '')))
        .map((name) => `${path}: ${name}`),
    );
    assert.deepEqual(unknown, []);
  });

  test('are all on the page about configuration', () => {
    const named = new Set(pageAt(configurationPage).code);
    const wanted = [...Object.keys(variables), ...settingsOfWorkflows()];
    assert.deepEqual(
      wanted.filter((name) => !named.has(name)),
      [],
    );
  });
});

test('every alarm is on the page about alarms, beside its runbook', () => {
  const { text } = pageAt('docs/guide/alarms.md');
  const missing = Object.entries(runbooks).filter(
    ([kind, runbook]) =>
      !text
        .split('\n')
        .some((line) => line.startsWith(`| \`${kind}\``) && line.includes(`runbooks/${runbook}`)),
  );
  assert.deepEqual(missing, []);
});

test('every metric is on the page about alarms', () => {
  const { text } = pageAt('docs/guide/alarms.md');
  const names = readSources('reconciler/app/serve/metrics/*.ts').flatMap(({ lines }) =>
    [...lines.join('\n').matchAll(/'(aura_[a-z_]+)'/g)].map(([, name = '']) => name),
  );
  assert.ok(names.length > 25);
  assert.deepEqual(
    names.filter((name) => !text.includes(name)),
    [],
  );
});

test('an error in a document would be found', () => {
  const wrong = markdownOf(
    'docs/sample.md',
    [
      'See [this](nowhere.md), [that](guide/cli.md#nothing), [it](guide/cli.md#verbs).',
      'Run `aura conjure`, `aura plan --sideways`, `aura status rebuild --dry-run`; see',
      '`reconciler/absent.ts` and `schemas/plan.schema.json`.',
      '```',
      'npm run -s aura -- halt \\',
      '  --softly',
      '```',
    ].join('\n'),
  );
  assert.deepEqual(deadLinks(wrong), [
    'docs/sample.md: nowhere.md',
    'docs/sample.md: guide/cli.md#nothing',
  ]);
  assert.deepEqual(unknownVerbs(wrong), [
    'docs/sample.md: aura conjure',
    'docs/sample.md: aura plan --sideways',
    'docs/sample.md: aura halt --softly',
  ]);
  assert.deepEqual(absentFiles(wrong), ['docs/sample.md: reconciler/absent.ts']);
});

function pageAt(path: string): Markdown {
  const page = documents.find((one) => one.path === path);
  assert.ok(page !== undefined, path);
  return page;
}

function fileOf({ path }: Markdown, link: string): string {
  const [file = ''] = link.split('#');
  return file === '' ? path : normalize(join(dirname(path), file));
}

function deadLinks(document: Markdown): readonly string[] {
  return document.links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const file = fileOf(document, link);
      const anchor = link.split('#')[1];
      if (!existsSync(join(root, file))) return true;
      const page = documents.find(({ path }) => path === file);
      return anchor !== undefined && page?.anchors.includes(anchor) !== true;
    })
    .map((link) => `${document.path}: ${link}`);
}

function absentFiles({ path, code }: Markdown): readonly string[] {
  const ours = /^(?:reconciler|test|scripts|schemas|docs|cdktf|ansible|desired-state)\/[\w./-]+$/;
  return code
    .filter((span) => ours.test(span) && !existsSync(join(root, span)))
    .map((span) => `${path}: ${span}`);
}

function unknownVerbs({ path, code }: Markdown): readonly string[] {
  return code.flatMap((span) => {
    const named = [...span.matchAll(/(?:^|[\s(])aura (?:-- )?([^`|;&]*)/g)];
    const said = named.map(([, rest = '']) => rest);
    // The page about verbs omits the program's name.
    if (path === verbsPage && /^(?!aura |npm )[a-z]+ .*--[a-z]/.test(span)) said.push(span);
    return said.flatMap(unknownIn).map((what) => `${path}: ${what}`);
  });
}

/** `said` is what follows `aura`: a verb, perhaps one beneath it, arguments and options. */
function unknownIn(said: string): readonly string[] {
  const [name = '', ...words] = said.trim().split(/\s+/);
  // `aura VERB` and `aura --help` stand for any verb.
  if (!/^[a-z]/.test(name) || name === 'help') return [];
  const verb = program.commands.find((one) => one.name() === name);
  if (verb === undefined) return [`aura ${name}`];
  const under = verb.commands.find((one) => one.name() === words[0]) ?? verb;
  return words
    .map((word) => /^\[?(--[a-z-]+)/.exec(word)?.[1] ?? '')
    .filter((option) => option !== '' && !optionsOf(under).includes(option))
    .map((option) => `aura ${name} ${option}`);
}

function optionsOf(verb: Command): readonly string[] {
  return ['--help', ...verb.options.map(({ long }) => long ?? '')];
}

/** What the template's workflows take from the variables and secrets of their repository. */
function settingsOfWorkflows(): readonly string[] {
  const folder = join(root, 'desired-state/.github/workflows');
  const names = readdirSync(folder).flatMap((name) => {
    const used = readFileSync(join(folder, name), 'utf8').matchAll(
      /\b(?:vars|secrets)\.([A-Z0-9_]+)/g,
    );
    return [...used].map(([, setting = '']) => setting);
  });
  assert.ok(names.length > 10);
  return [...new Set(names)].sort();
}

describe('the walk of the architecture page', () => {
  const steps = [
    ...pageAt('docs/guide/architecture.md').text.matchAll(
      /^\d\. `(reconciler\/[^`]+\.ts)`:[^`]*`(\w+)`/gm,
    ),
  ];

  test('names five files, and in each a function or a table that it exports', () => {
    assert.equal(new Set(steps.map(([, path]) => path)).size, 5);
    for (const [, path = '', name] of steps)
      assert.match(
        readFileSync(join(root, path), 'utf8'),
        new RegExp(`^export (?:async function|function|const) ${name}\\b`, 'm'),
      );
  });
});
