/**
 * Evaluates the expressions that GitHub evaluates before a job is given to a runner: conditions of
 * jobs, groups, matrices. https://docs.github.com/actions/reference/workflows-and-actions/expressions
 */
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

export type Contexts = Readonly<Record<string, unknown>>;

/**
 * What the functions of a condition look at: the jobs that lead to a job. `skipped` is none of the
 * others: no function but `always()` is true.
 */
export type StatusOfNeeds = 'success' | 'failure' | 'cancelled' | 'skipped';

const contextNames = ['github', 'needs', 'vars', 'inputs', 'matrix', 'strategy'];
const statusFunctions = ['always', 'cancelled', 'failure', 'success'] as const;

/** The value of an expression, without its `${{ }}`. Throws where it is malformed. */
function evaluate(
  expression: string,
  contexts: Contexts,
  status: StatusOfNeeds = 'success',
): unknown {
  const { tokens } = new Lexer(expression).lex();
  const infos = statusFunctions.map((name) => ({ name, minArgs: 0, maxArgs: 0 }));
  const parsed = new Parser(tokens, contextNames, infos).parse();
  const known = Object.fromEntries(contextNames.map((name) => [name, contexts[name] ?? {}]));
  const context: unknown = JSON.parse(JSON.stringify(known), data.reviver);
  if (!(context instanceof data.Dictionary)) throw new Error('contexts are no object');
  const holds = { always: true, cancelled: false, failure: false, success: false, [status]: true };
  const functions = infos.map((info) => {
    const call = () => new data.BooleanData(holds[info.name]);
    return [info.name, { ...info, call }] as const;
  });
  const value = new Evaluator(parsed, context, new Map(functions)).evaluate();
  return JSON.parse(JSON.stringify(value, data.replacer));
}

/** Whether a job runs: without a status function, only if all that it needs succeeded. */
export function conditionHolds(
  condition: string | null,
  contexts: Contexts,
  status: StatusOfNeeds,
): boolean {
  if (condition === null) return status === 'success';
  const expression = bare(condition);
  const asksStatus = new RegExp(`\\b(?:${statusFunctions.join('|')})\\s*\\(`).test(expression);
  if (!asksStatus && status !== 'success') return false;
  return isTrue(evaluate(expression, contexts, status));
}

/** Text with the values of its expressions. */
export function interpolated(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => {
    const value = evaluate(expression, contexts);
    return typeof value === 'object' && value !== null
      ? JSON.stringify(value)
      : String(value ?? '');
  });
}

/** A value that is one expression, or a plain one. */
export function resolved(given: unknown, contexts: Contexts): unknown {
  if (typeof given !== 'string') return given;
  const [, only] = /^\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(given) ?? [];
  return only === undefined ? interpolated(given, contexts) : evaluate(only, contexts);
}

/** Replaces what a runner cannot know: the results of other jobs, inside expressions. */
export function withNeeds(text: string, contexts: Contexts): string {
  const known = /\bneeds\.[\w-]+\.(?:result|outputs\.[\w-]+)/g;
  return text.replaceAll(/\$\{\{.*?\}\}/gs, (expression) =>
    expression.replaceAll(known, (path) => {
      const value = String(evaluate(path, contexts) ?? '');
      return `'${value.replaceAll("'", "''")}'`;
    }),
  );
}

function bare(condition: string): string {
  return /^\s*\$\{\{(.*)\}\}\s*$/s.exec(condition)?.[1] ?? condition;
}

export function isTrue(value: unknown): boolean {
  return value !== null && value !== false && value !== 0 && value !== '';
}
