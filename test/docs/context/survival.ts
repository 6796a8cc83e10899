export declare const credentials: { token(): Promise<string> };
