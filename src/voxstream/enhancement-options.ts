/** What is done to the sound of a voice; nothing, unless it is asked for. */
export interface EnhancementOptions {
  /**
   * Takes out noise: true for what `optimizeFor` finds fit, or a model by name.
   * @default false
   */
  readonly noiseReduction?: boolean | 'rnnoise' | 'speex';
  /**
   * Takes out what `attachPlayback` plays: true for `'doubleTalk'`, or a way by name.
   * @default false
   */
  readonly echoCancellation?: boolean | 'strong' | 'doubleTalk';
  /**
   * Holds the level of speech.
   * @default false
   */
  readonly gainControl?: boolean;
  /**
   * Takes out rumble, and lifts what makes words clear.
   * @default false
   */
  readonly clarityBoost?: boolean;
}
