import { fork } from 'node:child_process';

/** Runs a program to its end and gives what it sent. Its `argument` is JSON in its own first argument. */
export const runProgram = <Result>(file: string, argument: unknown): Promise<Result> =>
  new Promise((resolve, reject) => {
    let result: { readonly value: Result } | undefined;
    const child = fork(file, [JSON.stringify(argument)], { execArgv: [] });
    child.once('message', (value) => {
      result = { value: value as Result };
    });
    child.once('exit', (code) => (result ? resolve(result.value) : reject(new Error(`${file} ended with code ${code}`))));
  });
