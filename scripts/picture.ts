/** Draws what a command prints, as an SVG: `node --import tsx scripts/picture.ts OUT.svg COMMAND [ARG…]`. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const [out, command, ...args] = process.argv.slice(2);
if (out === undefined || command === undefined) {
  console.error('usage: scripts/picture.ts OUT.svg COMMAND [ARG…]');
  process.exit(2);
}

const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const lines = execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  .trimEnd()
  .split('\n');
const [lineHeight, charWidth, margin] = [20, 8.43, 20];
const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * charWidth) + 2 * margin;
const height = lines.length * lineHeight + 2 * margin;
const text = lines
  .map((line, at) => `  <text x="${margin}" y="${margin + (at + 0.8) * lineHeight}" xml:space="preserve">${xml(line)}</text>`)
  .join('\n');

writeFileSync(
  out,
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
  <rect width="100%" height="100%" rx="8" fill="#0d1117"/>
  <g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">
${text}
  </g>
</svg>
`,
);
