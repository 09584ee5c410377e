/** A bar for each set-up, as inline SVG: its height is its time, and a failed one is a short red bar. */
import { type Html, html } from '../../../core/text/html.ts';
import { durationText } from './times.ts';

type Bar = { readonly seconds: number | null };

const [width, height, slots] = [600, 72, 30];

export function chart(bars: readonly Bar[], label: string): Html {
  const times = bars.flatMap(({ seconds }) => seconds ?? []);
  const longest = Math.max(1, ...times);
  const step = width / slots;
  const failed = bars.length - times.length;
  const summary =
    times.length === 0
      ? `${label}: all failed`
      : `${label}: ${durationText(Math.min(...times))} to ${durationText(longest)}, ${failed} failed`;
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${summary}">
<line class="axis" x1="0" y1="${height - 1}" x2="${width}" y2="${height - 1}"/>
${bars.map(({ seconds }, place) => {
  const tall = seconds === null ? 10 : Math.max(4, Math.round((seconds / longest) * (height - 8)));
  const x = Math.round((slots - bars.length + place) * step);
  return html`<rect class="${seconds === null ? 'no' : 'ok'}" x="${x}" y="${height - 1 - tall}" width="${step - 6}" height="${tall}" rx="2"/>
`;
})}</svg>`;
}
