// A Node process that does nothing: what a session costs is counted from here.

setTimeout(() => process.send?.({ rss: process.memoryUsage.rss() }, () => process.exit()), Number(process.argv[2]));
