import { describe, expect, it } from 'vitest';
import { createCallLog } from '../../src/engine/call-log.js';
import type { WireMessage } from '../../src/engine/tap-wire.js';
import { AudioError } from '../../src/errors.js';
import type { VoiceEvent } from '../../src/events.js';

const message = (data: string, dir: WireMessage['dir'] = 's2c'): WireMessage => ({ connection: 1, dir, data });
const read = (line: string | undefined): unknown => line && JSON.parse(line);

describe('createCallLog', () => {
  it('writes a message as it came, on a line', () => {
    const log = createCallLog();
    expect(log.message(message('{"type":"x", "n":1}'), 12.4)).toBe(
      '{"at":12,"connection":1,"dir":"s2c","ev":{"type":"x", "n":1}}\n',
    );
    expect(log.message(message('{\n"type":"x"\n}'), 12.6)).toBe('{"at":13,"connection":1,"dir":"s2c","ev":{"type":"x"}}\n');
  });

  it('leaves out what is no JSON', () => {
    const log = createCallLog();
    expect(log.message(message('{"type":"x"'), 0)).toBeUndefined();
    expect(log.message(message('"x"'), 0)).toBeUndefined();
    expect(log.message({ connection: 1, dir: 's2c', data: Uint8Array.of(1) }, 0)).toBeUndefined();
  });

  it('leaves out the audio of the user, whatever else the message says', () => {
    const log = createCallLog();
    const bare = { type: 'input_audio_buffer.append', audio: '' };
    for (const said of [
      '{"type":"input_audio_buffer.append","audio":"AAAA"}',
      '{"event_id":"e","type":"input_audio_buffer.append","audio":"AAAA"}',
    ])
      expect(read(log.message(message(said, 'c2s'), 0))).toMatchObject({ ev: bare });
    const words = '{"type":"conversation.item.create","item":{"text":"\\"type\\":\\"input_audio_buffer.append\\""}}';
    expect(log.message(message(words, 'c2s'), 0)).toContain(words);
  });

  it('says nothing of who one is at an MCP server', () => {
    const log = createCallLog();
    const tool = { type: 'mcp', server_label: 'shop', authorization: 'hush', headers: { 'x-key': 'hush' } };
    const line = log.message(message(JSON.stringify({ type: 'session.update', session: { tools: [tool] } }), 'c2s'), 0);
    expect(line).not.toContain('hush');
    expect(read(line)).toMatchObject({ ev: { session: { tools: [{ type: 'mcp', server_label: 'shop' }] } } });
  });

  it('writes an event that came over the wire once, and our own', () => {
    const log = createCallLog();
    log.message(message('{"type":"response.created","event_id":"event_1","response":{}}'), 0);
    expect(log.event({ type: 'response.created', event_id: 'event_1', response: {} } as VoiceEvent, 1)).toBe(
      '{"at":1,"of":"event_1","type":"response.created"}\n',
    );
    expect(read(log.event({ type: 'response.done', event_id: '', response: { status: 'incomplete' } } as VoiceEvent, 2))).toEqual(
      {
        at: 2,
        event: { type: 'response.done', event_id: '', response: { status: 'incomplete' } },
      },
    );
    expect(read(log.event({ type: 'playout.drained' }, 3))).toEqual({ at: 3, event: { type: 'playout.drained' } });
  });

  it('forgets ids of long ago, and not those of late', () => {
    const log = createCallLog();
    const said = (id: number): WireMessage => message(`{"type":"error","event_id":"event_${id}"}`);
    const event = (id: number) => ({ type: 'error', event_id: `event_${id}`, error: {} }) as unknown as VoiceEvent;
    for (let id = 0; id < 5000; id++) log.message(said(id), 0);
    expect(log.event(event(0), 0)).toContain('"event":');
    for (const id of [4000, 4999]) expect(log.event(event(id), 0)).toContain(`"of":"event_${id}"`);
  });

  it('writes errors without stack and cause, and of what holds itself its type', () => {
    const log = createCallLog();
    const error = new AudioError('the disk is full', { code: 'file', cause: new Error('hush') });
    expect(log.event({ type: 'recording.failed', error }, 0)).not.toContain('hush');
    expect(read(log.event({ type: 'recording.failed', error }, 0))).toMatchObject({ event: { error: { code: 'file' } } });
    expect(read(log.event({ type: 'lane.decisions_failed', error: new Error('broken') }, 0))).toEqual({
      at: 0,
      event: { type: 'lane.decisions_failed', error: { name: 'Error', message: 'broken' } },
    });
    const loop: { itself?: unknown } = {};
    loop.itself = loop;
    expect(read(log.event({ type: 'lane.decisions_failed', error: loop }, 0))).toEqual({
      at: 0,
      event: { type: 'lane.decisions_failed' },
    });
    const big = { type: 'tool.invoked', functionName: 'f', arguments: { n: 1n }, callId: 'c' } as const;
    expect(log.event(big, 0)).toContain('"n":"1"');
  });
});
