/**
 * Tells the story while it happens: a line with a time for each thing, and on a terminal one more
 * line that lives, with what is being waited for.
 */
import { styleText } from 'node:util';

export type Narrator = {
  chapter(title: string): void;
  say(text: string): void;
  /** the living line; on anything but a terminal nothing is shown */
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
