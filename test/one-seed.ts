import fc from 'fast-check';

// CI says of a change whether it broke something; what is rare is looked for by `npm run test:deep`, and by everybody who runs the tests.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 1 });
