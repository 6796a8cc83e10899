/** How well a voice comes in. All levels and shares are 0 to 1. */
export interface QualityMetrics {
  /** Root mean square of the samples since the last report. */
  readonly level: number;
  /** The loudest sample since the last report, as a share of full scale. */
  readonly peak: number;
  /** Share of the samples of the last ten seconds that stand at full scale, two in a row at least, counted where it is louder than -40 dB. */
  readonly clipping: number;
  /** Power of the voice over that of what is behind it, -10 to 60 dB; undefined until half a second of speech was heard. */
  readonly snrDb: number | undefined;
  /** Share of the last ten seconds in which there was speech. */
  readonly speechRatio: number;
  /** How likely the other side is heard in this one; 0 without a reference. */
  readonly echoLikelihood: number;
  /** Packets that were not heard, of those that were due, in percent; 0 where nothing is said of a network. */
  readonly lossPercent: number;
  /** The score of all this, see `qualityScore`: 0 is unusable, 1 is clean. */
  readonly score: number;
}

/** The name of a figure. */
export type QualityMetric = keyof QualityMetrics;
