import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { faultTypes, misfitFault } from '../../src/faults/check-fault.js';
import type { Fault } from '../../src/faults/fault.js';
import { parseFault } from '../../src/faults/parse-fault.js';

describe('parseFault', () => {
  const good: readonly [string, Fault][] = [
    ['refuse', { type: 'refuse' }],
    ['http,status=429,retry-after=2', { type: 'http', status: 429, retryAfter: 2 }],
    ['http,status=429,code=insufficient_quota', { type: 'http', status: 429, code: 'insufficient_quota' }],
    ['hang,connection=1-3', { type: 'hang', connection: [1, 3] }],
    ['close,code=1012,on=response.created,connection=1', { type: 'close', code: 1012, on: 'response.created', connection: 1 }],
    ['half-open,from=3', { type: 'half_open', from: 3 }],
    ['half_open', { type: 'half_open' }],
    ['drop,connection=2-', { type: 'drop', connection: [2, Number.POSITIVE_INFINITY] }],
    ['delay,ms=100,jitter-ms=50,probability=0.1', { type: 'delay', ms: 100, jitterMs: 50, probability: 0.1 }],
    ['wrong-types,field=delta,times=1', { type: 'wrong_types', field: 'delta', times: 1 }],
  ];
  it.each(good)('reads %s', (spec, fault) => {
    expect(parseFault(spec)).toEqual(E.right(fault));
  });

  it('reads every fault by its name, with hyphens too', () => {
    for (const type of faultTypes) {
      const rest = type === 'http' ? ',status=503' : '';
      expect(E.isRight(parseFault(type + rest))).toBe(true);
      expect(E.isRight(parseFault(type.replace(/_/g, '-') + rest))).toBe(true);
    }
  });

  const bad: readonly [string, RegExp][] = [
    ['', /^there is no fault ''; there are refuse, http, hang, close, /],
    ['explode', /^there is no fault 'explode'/],
    ['constructor', /^there is no fault 'constructor'/],
    ['http', /^http: status is missing$/],
    ['http,status=200', /^http: status must be an HTTP status from 400 to 599$/],
    ['close,code=1006', /^close: code must be a close code that may be sent: /],
    ['close,code=', /^close: code must be /],
    [`close,reason=${'ä'.repeat(62)}`, /^close: reason must be at most 123 bytes$/],
    ['close,1011', /^'1011' is not key=value, in 'close,1011'$/],
    ['close,on=', /^close: on must be a text$/],
    ['drop,ms=5', /^drop has no 'ms'; it has connection, probability, on, from, times$/],
    ['refuse,on=error', /^refuse has no 'on'/],
    ['delay,ms=1,ms=2', /^'ms' stands twice in /],
    ['delay,ms=soon', /^delay: ms must be milliseconds from 0$/],
    ['drop,probability=2', /^drop: probability must be a number from 0 to 1$/],
    ['drop,connection=3-2', /^drop: connection must be /],
    ['drop,connection=0', /^drop: connection must be /],
    ['drop,times=0', /^drop: times must be a whole number from 1$/],
  ];
  it.each(bad)('says in one line what is wrong with %j', (spec, message) => {
    const result = parseFault(spec);
    expect(E.isLeft(result) && result.left).toMatch(message);
    expect(E.isLeft(result) && result.left).not.toContain('\n');
  });
});

describe('misfitFault', () => {
  it('looks at faults of the code, too', () => {
    expect(misfitFault({ type: 'close', code: 1005 })).toMatch(/close code/);
    expect(misfitFault({ type: 'drop', connection: [2, 1] })).toMatch(/connection/);
    expect(misfitFault({ type: 'nope' } as unknown as Fault)).toMatch(/there is no fault/);
    expect(misfitFault({ type: 'drop', ms: 3 } as unknown as Fault)).toMatch(/drop has no 'ms'/);
    expect(misfitFault({ type: 'delay', ms: 3 })).toBeUndefined();
  });
});
