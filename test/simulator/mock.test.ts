import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { concat, filter, map, NEVER, type Observable, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { faultySocket, signal } from '../../marbles/index.js';
import { realtime } from '../../operators/realtime.js';
import { runTools } from '../../operators/runTools.js';
import { VoiceEngine } from '../../src/engine/voice-engine.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import type { OpenSocket } from '../../src/providers/provider.js';
import { type MockConfig, mock } from '../../src/simulator/mock.js';
import { tool } from '../../src/tool.js';
import { encodePayload } from '../../src/wire/payload.js';
import { marbles } from '../marbles.js';

const openSocket: OpenSocket = () => throwError(() => new Error('a mock opens no sockets'));
const says = (text: string): Command => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
});
const respond: Command = { type: 'response.create' };

/** What is said of these types, to commands that are given and then the end. */
const said = (config: MockConfig, commands: readonly (Command | VoiceEvent)[]): Observable<VoiceEvent> =>
  of(...commands).pipe(realtime(mock(config), { openSocket }));

describe('mock', () => {
  it(
    'answers in virtual time what the script says, after as long as it thinks',
    marbles((t) => {
      const script = [{ text: 'It is sunny.', delayMs: 100 }];
      const words$ = said({ script, connectMs: 40 }, [says('hello'), respond]).pipe(
        filter(({ type }) => /established|transcript\.done|response\.done/.test(type)),
        map((event) => (event.type === 'response.output_audio_transcript.done' ? event.transcript : event.type)),
      );
      t.expectObservable(words$).toBe('--e----(wd|)', {
        e: 'connection.established',
        w: 'It is sunny.',
        d: 'response.done',
      });
    }),
  );

  it(
    'says the same at each run, ids included',
    marbles((t) => {
      const runs = [0, 1].map(() => {
        const events: VoiceEvent[] = [];
        said({ script: ['Yes.'] }, [says('hello'), respond])
          .pipe(filter(({ type }) => /^(response|conversation|session)\./.test(type)))
          .subscribe((event) => events.push(event));
        return events;
      });
      t.flush();
      const withoutTimes = (events: readonly VoiceEvent[] | undefined) => JSON.stringify(events);
      expect(runs[0]?.length).toBeGreaterThan(12);
      expect(withoutTimes(runs[0])).toBe(withoutTimes(runs[1]));
    }),
  );

  it(
    'calls the functions of the script and says what they came to',
    marbles((t) => {
      const sky = tool({ name: 'sky', description: 'the sky', parameters: { type: 'object' }, run: () => of('clear') });
      const script = [{ toolCall: { name: 'sky', arguments: { city: 'Tokyo' } }, text: 'It is clear.' }];
      const words$ = of(says('the sky?'), respond).pipe(
        realtime(mock({ script }), { openSocket, epics: [runTools([sky])] }),
        filter((event) => event.type === 'response.output_audio_transcript.done'),
        map(({ transcript }) => transcript),
      );
      t.expectObservable(words$).toBe('(w|)', { w: 'It is clear.' });
    }),
  );

  it(
    'hears turns by server VAD and tells their words',
    marbles((t) => {
      const session = { audio: { input: { transcription: { model: 'whisper-1' } } } };
      const spoken = Int16Array.from([...signal('s', { position: 0, length: 24_000 }), ...new Int16Array(24_000)]);
      const append: Command = { type: 'input_audio_buffer.append', audio: encodePayload(spoken, 'pcm16') };
      const types$ = concat(of(append), NEVER).pipe(
        realtime(mock({ script: [{ transcript: 'Hello?', text: 'Hi.' }], session }), { openSocket }),
        map((event) => (event.type.endsWith('input_audio_transcription.completed') ? 'words' : event.type)),
        filter((type) => /speech_st|words|response\.(created|done)$/.test(type)),
      );
      t.expectObservable(types$, '1s !').toBe('(abcwd)', {
        a: 'input_audio_buffer.speech_started',
        b: 'input_audio_buffer.speech_stopped',
        c: 'response.created',
        w: 'words',
        d: 'response.done',
      });
    }),
  );

  it(
    'fails a response where the script throws',
    marbles((t) => {
      const broken = () => {
        throw new Error('out of words');
      };
      const failed$ = said({ respond: broken }, [says('hello'), respond]).pipe(
        filter((event) => event.type === 'diagnostic.response_failed'),
        map(({ error }) => error.code),
      );
      t.expectObservable(failed$).toBe('(f|)', { f: 'server_error' });
    }),
  );

  it(
    'says what it does not take',
    marbles((t) => {
      const remove: Command = { type: 'conversation.item.delete', item_id: 'item_none', event_id: 'mine' };
      const refused$ = concat(of(remove), NEVER).pipe(
        realtime(mock(), { openSocket }),
        filter((event) => event.type === 'error'),
        map(({ error }) => [error.code, error.event_id]),
      );
      t.expectObservable(refused$, '-!').toBe('e', { e: ['item_delete_invalid_item_id', 'mine'] });
    }),
  );

  it(
    'ends a session where its time is up, and takes the conversation into the next',
    marbles((t) => {
      const service = mock({ sessionMs: 10_000 });
      const types$ = concat(of(says('hello')), NEVER).pipe(
        realtime(service, { openSocket, reconnect: { random: () => 0 } }),
        filter(({ type }) => /established|rotating|restored/.test(type)),
        map(({ type }) => type),
      );
      t.expectObservable(types$, '9500ms !').toBe('e 8980ms (rR)', {
        e: 'connection.established',
        r: 'connection.rotating',
        R: 'connection.restored',
      });
    }),
  );

  it(
    'suffers what faults do to its transport',
    marbles((t) => {
      const service = mock();
      const transport = faultySocket(service.transport, [{ type: 'http', status: 503, connection: 1 }]);
      const types$ = NEVER.pipe(
        realtime({ ...service, transport }, { openSocket, reconnect: { random: () => 0 } }),
        filter(({ type }) => /failed|established/.test(type)),
        map(({ type }) => type),
      );
      t.expectObservable(types$, '-!').toBe('(fe)', { f: 'connection.failed', e: 'connection.established' });
    }),
  );

  it('is a provider for VoiceEngine', async () => {
    await using engine = await VoiceEngine.open({ provider: mock({ script: ['I am fine.'] }) }, { openSocket });
    const said = new Promise((resolve) => engine.events.once('turn.response_completed', resolve));
    await engine.sendText('How are you?');
    await said;
    expect(engine.conversation.items).toHaveLength(2);
    expect(engine.getUsage().tokens.audio).toBeGreaterThan(0);
    await expect(engine.textToAudioResponse('Good morning')).resolves.toBeInstanceOf(Uint8Array);
  });

  it('is said to be what to give, where its name is given', () => {
    expect(() => new VoiceEngine({ provider: 'mock' as never }, { openSocket })).toThrow(/mock\(\) of rxvox\/mock/);
  });

  it('needs nothing of Node', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const seen = new Set<string>();
    const packages = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      const source = readFileSync(file, 'utf8').replace(/^(import|export) type [^;]*;/gm, '');
      for (const [, path = ''] of source.matchAll(/^(?:import|export)[^;]*?from '([^']+)'/gm)) {
        if (!path.startsWith('.')) packages.add(path);
        else visit(join(dirname(file), path.replace(/\.js$/, '.ts')));
      }
    };
    visit(join(root, 'src/simulator/mock-door.ts'));
    expect(seen.size).toBeGreaterThan(30);
    expect([...seen].every((file) => existsSync(file))).toBe(true);
    expect([...packages].sort()).toEqual(['io-ts', 'rxjs']);
  });
});
