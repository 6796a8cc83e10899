export declare const myRecognizer: (samples: Int16Array, sampleRate: number) => Promise<string>;
