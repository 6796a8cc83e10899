import { existsSync } from 'node:fs';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is on this machine: `CHROMIUM`, or a usual place. */
export const chromiumPath = (): string | undefined => process.env.CHROMIUM ?? places.find((path) => existsSync(path));
