import { register } from 'node:module';

const hooks = `
  export const resolve = (specifier, context, next) =>
    specifier === 'naudiodon' ? { url: ${JSON.stringify(new URL('./naudiodon.mjs', import.meta.url).href)}, shortCircuit: true } : next(specifier, context);
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
