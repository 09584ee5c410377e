/**
 * Prints the story as it happens: a line with a time for each step, and on a terminal a status line
 * with what the demo waits for.
 */
import { styleText } from 'node:util';

export type Narrator = {
  chapter(title: string): void;
  say(text: string): void;
  /** the status line; shown only on a terminal */
  waiting(text: string): void;
  end(result: object): void;
};

export function createNarrator(out: NodeJS.WriteStream): Narrator {
  const started = performance.now();
  const live = out.isTTY === true;
  const colour = (style: 'bold' | 'dim', text: string) =>
    live && process.env['NO_COLOR'] === undefined ? styleText(style, text) : text;
  const clear = live ? '\r\x1b[2K' : '';
  const time = () => {
    const seconds = (performance.now() - started) / 1000;
    return colour('dim', `${seconds.toFixed(1).padStart(6)}s`);
  };
  let chapters = 0;
  return {
    chapter(title) {
      chapters += 1;
      out.write(`${clear}\n${colour('bold', `${chapters}. ${title}`)}\n`);
    },
    say(text) {
      for (const line of text.trimEnd().split('\n')) out.write(`${clear}${time()}  ${line}\n`);
    },
    waiting(text) {
      if (live) out.write(`${clear}${time()}  ${colour('dim', `… ${text}`)}`);
    },
    end(result) {
      out.write(`${clear}\n${JSON.stringify(result)}\n`);
    },
  };
}
