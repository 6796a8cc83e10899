import type { Millis } from '../audio.js';
import type { Heard } from './listen.js';

/** What was heard in a sound, to draw. */
export interface Pictured {
  readonly title: string;
  readonly heard: Heard;
}

/** What the curve below each waveform is. */
export interface Curve {
  readonly unit: 'probability' | 'level';
  readonly threshold: number;
}

const [width, left, right, top] = [960, 64, 16, 16];
const [titleHeight, waveHeight, curveHeight, gap, axisHeight] = [24, 110, 70, 14, 30];
const panelHeight = titleHeight + waveHeight + gap + curveHeight + gap;
const plotted = width - left - right;
const columns = plotted / 2;
const lowestDb = -60;
const stepsMs: readonly Millis[] = [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000];

const xml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const at = (value: number): string => value.toFixed(1);

/** The loudest of each column, as a band around the middle. */
const waveform = ({ loudest }: Heard, middle: number): string => {
  const peaks = Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * loudest.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * loudest.length) / columns));
    return Math.max(0, ...loudest.slice(from, to)) / 32_768;
  });
  const edge = (sign: number) =>
    peaks.map((peak, column) => `${left + 2 * column},${at(middle + (sign * peak * waveHeight) / 2)}`);
  return `<polygon points="${[...edge(-1), ...edge(1).reverse()].join(' ')}" fill="#58a6ff"/>`;
};

/** 0 to 1 of the height: probabilities as they are, levels from -60 dBFS up. */
const heightOf = (value: number, unit: Curve['unit']): number =>
  unit === 'probability' ? value : Math.max(0, 1 - (20 * Math.log10(Math.max(value, 1e-9))) / lowestDb);

/** A curve of an hour has more points than the picture has columns: of each column its highest. */
const highest = (values: readonly number[]): readonly number[] =>
  values.length <= columns
    ? values
    : Array.from({ length: columns }, (_, column) =>
        Math.max(
          ...values.slice(Math.floor((column * values.length) / columns), Math.floor(((column + 1) * values.length) / columns)),
        ),
      );

const curveOf = (values: readonly number[], { unit, threshold }: Curve, bottom: number): string => {
  const y = (value: number): string => at(bottom - heightOf(value, unit) * curveHeight);
  const points = highest(values).map((value, i, all) => `${at(left + ((i + 0.5) / all.length) * plotted)},${y(value)}`);
  const [most, least] = unit === 'probability' ? ['1', '0'] : ['0 dBFS', `${lowestDb}`];
  return [
    `<line x1="${left}" x2="${left + plotted}" y1="${bottom}" y2="${bottom}" stroke="#30363d"/>`,
    `<text x="${left - 6}" y="${bottom - curveHeight + 8}" text-anchor="end">${most}</text>`,
    `<text x="${left - 6}" y="${bottom}" text-anchor="end">${least}</text>`,
    `<line x1="${left}" x2="${left + plotted}" y1="${y(threshold)}" y2="${y(threshold)}" stroke="#8b949e" stroke-dasharray="4 3"/>`,
    `<polyline points="${points.join(' ')}" fill="none" stroke="#d29922" stroke-width="1.5"/>`,
  ].join('\n    ');
};

const panelOf = ({ title, heard }: Pictured, index: number, curve: Curve): string => {
  const y = top + index * panelHeight;
  const wave = y + titleHeight;
  const bottom = wave + waveHeight + gap + curveHeight;
  const { durationMs: whole } = heard;
  const shades = heard.segments.map(
    ({ fromMs, toMs }) =>
      `<rect class="speech" x="${at(left + (fromMs / whole) * plotted)}" y="${wave}" width="${at(((toMs - fromMs) / whole) * plotted)}" height="${bottom - wave}" fill="#3fb950" fill-opacity="0.22"/>`,
  );
  return [
    `<text x="${left}" y="${y + 14}" font-weight="bold">${xml(title)}</text>`,
    ...shades,
    waveform(heard, wave + waveHeight / 2),
    curveOf(heard.curve, curve, bottom),
  ].join('\n    ');
};

const axisOf = ({ heard }: Pictured, bottom: number): string => {
  const { durationMs: whole } = heard;
  const step = stepsMs.find((ms) => whole / ms <= 12) ?? 3_600_000;
  return Array.from({ length: Math.floor(whole / step) + 1 }, (_, i) => i * step)
    .map((ms) => `<text x="${at(left + (ms / whole) * plotted)}" y="${bottom + 14}" text-anchor="middle">${ms / 1000} s</text>`)
    .join('\n    ');
};

/** Draws sounds one below the other, of the same length: an SVG with waveform, what tells speech and its threshold, and speech shaded. */
export const soundPicture = (sounds: readonly Pictured[], curve: Curve): string => {
  const bottom = top + sounds.length * panelHeight - gap;
  const height = bottom + axisHeight;
  const [first] = sounds;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Waveform, speech ${curve.unit}, and speech shaded">
  <rect width="100%" height="100%" rx="8" fill="#0d1117"/>
  <g font-family="ui-sans-serif, system-ui, Helvetica, Arial, sans-serif" font-size="12" fill="#e6edf3">
    ${sounds.map((sound, index) => panelOf(sound, index, curve)).join('\n    ')}
    ${first ? axisOf(first, bottom) : ''}
  </g>
</svg>
`;
};
