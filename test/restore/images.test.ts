import { lastValueFrom, Subject, startWith, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { realtime } from '../../operators/realtime.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { openSocket } from '../../src/node/open-socket.js';
import { simulator } from '../../src/providers/simulator.js';
import { startSimulator } from '../../src/simulator/simulator.js';

const pixel = 'data:image/png;base64,iVBORw0KGgo=';
const show = (image_url: string): Command => ({
  type: 'conversation.item.create',
  item: {
    type: 'message',
    role: 'user',
    content: [
      { type: 'input_text', text: 'Look.' },
      { type: 'input_image', image_url, detail: 'low' },
    ],
  },
});
const ask: Command = { type: 'response.create' };

/** Shows images, loses the session at the answer, `losses` times, and asks again: what happens, and the image tokens of each answer. */
const conversation = async (images: readonly string[], losses: number, replayImageBytes?: number) => {
  await using service = await startSimulator({
    voice: 'built-in',
    pace: 'instant',
    respond: () => ({ text: 'Yes.' }),
    faults: [{ type: 'destroy', on: 'response.done', connection: [1, losses] }],
  });
  const source = new Subject<Command>();
  let restored = 0;
  const events: readonly VoiceEvent[] = await lastValueFrom(
    source.pipe(
      startWith(...images.map(show), ask),
      realtime(simulator({ url: service.url }), {
        openSocket,
        reconnect: { random: () => 0 },
        ...(replayImageBytes === undefined ? {} : { replayImageBytes }),
      }),
      tap(({ type }) => {
        if (type !== 'connection.restored') return;
        source.next(ask);
        if (++restored === losses) source.complete();
      }),
      toArray(),
    ),
  );
  return {
    tokens: events.flatMap((event) =>
      event.type === 'response.done' && event.response.usage ? [event.response.usage.input_token_details?.image_tokens] : [],
    ),
    restored: events.filter(({ type }) => type === 'connection.restored'),
    errors: events.filter(({ type }) => type === 'error' || type.startsWith('diagnostic.')),
  };
};

describe('images in a session that is rebuilt', { timeout: 30_000 }, () => {
  it('are shown to it again, also when that one is lost, too', async () => {
    const { tokens, restored, errors } = await conversation([pixel, pixel], 2);
    expect(tokens).toEqual([170, 170, 170]);
    expect(restored).toMatchObject([{ droppedImages: 0 }, { droppedImages: 0 }]);
    expect(errors).toEqual([]);
  });

  it('are told of where they are not kept: the newest that fit are shown', async () => {
    const { tokens, restored, errors } = await conversation([pixel, pixel, pixel], 2, pixel.length * 2);
    expect(tokens).toEqual([255, 170, 170]);
    expect(restored).toMatchObject([
      { droppedImages: 1, droppedItemIds: [] },
      { droppedImages: 0, droppedItemIds: ['rxvox_anchor_1'] },
    ]);
    expect(errors).toEqual([]);
  });
});
