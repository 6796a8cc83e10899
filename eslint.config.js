import { defineConfig } from 'eslint/config';
import rxjsX from 'eslint-plugin-rxjs-x';
import tseslint from 'typescript-eslint';

// Biome does the rest: these rules need types, or a selector.
export default defineConfig(
  { ignores: ['dist/**', 'coverage/**', '**/*.js'] },
  {
    files: ['**/*.ts'],
    extends: [rxjsX.configs.strict],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    files: ['src/*.ts', 'src/{dsp,wire,faults,state,providers,engine,otel}/**/*.ts', 'operators/**/*.ts', 'marbles/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: ':function[async=true]', message: 'Promises do not run in virtual time: return an Observable.' },
        { selector: 'AwaitExpression', message: 'Promises do not run in virtual time: return an Observable.' },
      ],
    },
  },
  {
    // The two that stand in the hot path, where a relay of Observables costs more than the work.
    files: ['src/dispatch.ts', 'src/transform.ts'],
    rules: { 'rxjs-x/no-subclass': 'off' },
  },
  {
    // An error that no test expects, or an empty stream, fails the test as it is.
    files: ['test/**/*.ts'],
    rules: {
      'rxjs-x/no-ignored-error': 'off',
      'rxjs-x/no-ignored-default-value': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExpressionStatement > CallExpression[callee.name="marbles"]',
          message: 'This makes a test and runs none: give it to `it`, or call it.',
        },
      ],
    },
  },
);
