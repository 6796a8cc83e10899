/** A line of a panel. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

/** One diagram among others. */
export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
}

const colours = ['#8b949e', '#3fb950', '#d29922', '#58a6ff'];
const dashes = ['2 3', 'none', '6 3', '9 3 2 3'];
const [width, height, left, top, gap] = [200, 190, 50, 40, 24];

const number = (value: number): string => value.toFixed(1);

const panelOf = ({ title, series }: Panel, index: number, ticks: readonly string[], low: number, high: number): string => {
  const x0 = left + index * (width + gap);
  const x = (i: number): number => x0 + 15 + (i * (width - 30)) / Math.max(1, ticks.length - 1);
  const y = (value: number): number => top + height - ((Math.max(low, value) - low) / (high - low)) * height;
  const grid = Array.from({ length: 6 }, (_, i) => low + (i * (high - low)) / 5).map(
    (value) =>
      `<line x1="${x0}" x2="${x0 + width}" y1="${number(y(value))}" y2="${number(y(value))}" stroke="#30363d"/>` +
      (index === 0 ? `<text x="${x0 - 6}" y="${number(y(value) + 4)}" text-anchor="end">${value.toFixed(1)}</text>` : ''),
  );
  const labels = ticks.map((tick, i) => `<text x="${number(x(i))}" y="${top + height + 16}" text-anchor="middle">${tick}</text>`);
  const lines = series.map(({ values }, i) => {
    const points = values.map((value, at) => `${number(x(at))},${number(y(value))}`).join(' ');
    return `<polyline points="${points}" fill="none" stroke="${colours[i]}" stroke-width="2" stroke-dasharray="${dashes[i]}"/>`;
  });
  const head = `<text x="${x0 + width / 2}" y="${top - 12}" text-anchor="middle" font-weight="bold">${title}</text>`;
  return [head, ...grid, ...labels, ...lines].join('\n    ');
};

/** Draws panels side by side, with one scale of values and one legend: an SVG. */
export const plot = (
  panels: readonly Panel[],
  ticks: readonly string[],
  [low, high]: readonly [number, number],
  caption: string,
): string => {
  const whole = left + panels.length * (width + gap);
  const bottom = top + height;
  const legend = (panels[0]?.series ?? []).map(
    ({ name }, i) =>
      `<line x1="${left + i * 165}" x2="${left + 28 + i * 165}" y1="${bottom + 62}" y2="${bottom + 62}" stroke="${colours[i]}" stroke-width="2" stroke-dasharray="${dashes[i]}"/>` +
      `<text x="${left + 34 + i * 165}" y="${bottom + 66}">${name}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${whole}" height="${bottom + 86}" viewBox="0 0 ${whole} ${bottom + 86}" role="img" aria-label="${caption}">
  <rect width="100%" height="100%" rx="8" fill="#0d1117"/>
  <g font-family="ui-sans-serif, system-ui, Helvetica, Arial, sans-serif" font-size="12" fill="#e6edf3">
    ${panels.map((panel, i) => panelOf(panel, i, ticks, low, high)).join('\n    ')}
    <text x="${left + (whole - left) / 2}" y="${bottom + 40}" text-anchor="middle">${caption}</text>
    ${legend.join('\n    ')}
  </g>
</svg>
`;
};
