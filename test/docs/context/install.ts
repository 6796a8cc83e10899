export declare const fetchEphemeralKey: () => Promise<string>;
