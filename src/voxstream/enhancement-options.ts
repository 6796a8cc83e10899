/** What is done to the sound of a voice; nothing, unless it is asked for. */
export interface EnhancementOptions {
  /**
   * Takes out noise, as `enhance` of `rxvox/audio` does in the mode of `optimizeFor`: not at all with `latency`, for it delays the sound.
   * @default false
   */
  readonly noiseReduction?: boolean;
  /**
   * Takes out what `attachPlayback` plays, as `cancelEcho` does: true for `'doubleTalk'`. It delays the sound by 2 to 3 ms, for which
   * each `optimizeFor` has room; `'strong'` by 30, whatever it says.
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
