import fc from 'fast-check';
import { from, map, of, Subject, tap } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedSink } from '../../marbles/index.js';
import { playTo } from '../../operators/playTo.js';
import { type AudioFrame, endOf } from '../../src/audio.js';
import { clock } from '../../src/clock.js';
import { createCallTimeline } from '../../src/engine/call-timeline.js';
import { heardAudio } from '../../src/engine/heard-audio.js';
import { createUnheardAudio } from '../../src/engine/unheard-audio.js';
import type { PlayoutInput } from '../../src/epic.js';
import type { VoiceEvent } from '../../src/events.js';
import { toBase64 } from '../../src/wire/base64.js';
import { encodePayload } from '../../src/wire/payload.js';
import { marbles } from '../marbles.js';

afterEach(() => {
  clock.delegate = undefined;
});

const place = (item: string) => ({ event_id: 'e', response_id: `r-${item}`, item_id: item, output_index: 0, content_index: 0 });
const ramp = (length: number, first = 1): Int16Array => Int16Array.from({ length }, (_, index) => first + index);
const delta = (samples: Int16Array, item = 'a') => ({
  type: 'response.output_audio.delta' as const,
  ...place(item),
  delta: toBase64(samples),
});
const progress = (playedSamples: number, itemId = 'a'): VoiceEvent => ({
  type: 'playout.progress',
  itemId,
  responseId: `r-${itemId}`,
  playedSamples,
  playedMs: playedSamples / 24,
});
const pcm16 = { encoding: 'pcm16', sampleRate: 24_000, bytesPerSample: 2 } as const;

/** Frames as `first..last@position`. */
const shown = ({ samples, position }: AudioFrame): string => `${samples[0]}..${samples.at(-1)}@${position}`;

/** What is heard when these come, each at its moment. */
const heardOf = (steps: readonly (readonly [at: number, event: VoiceEvent])[]): readonly string[] => {
  let now = 0;
  clock.delegate = { now: () => now };
  const shownFrames: string[] = [];
  from(steps)
    .pipe(
      tap(([at]) => {
        now = at;
      }),
      map(([, event]) => event),
      heardAudio(createCallTimeline()),
    )
    .subscribe((frame) => shownFrames.push(shown(frame)));
  return shownFrames;
};

describe('heardAudio', () => {
  it('is what the device took, when it took it, and nothing else', () => {
    const heard = heardOf([
      [100, delta(ramp(960))],
      [120, progress(480)],
      [143, progress(960)],
      [150, delta(ramp(480, 961))],
    ]);
    // 23 ms for 20 ms of audio is no gap.
    expect(heard).toEqual(['1..480@2400', '481..960@2880']);
  });

  it('leaves silence where the device had nothing', () => {
    const heard = heardOf([
      [100, delta(ramp(960))],
      [120, progress(480)],
      [220, progress(960)],
    ]);
    expect(heard).toEqual(['1..480@2400', '481..960@4800']);
  });

  it('puts what is taken at once behind the moment at which it came', () => {
    const heard = heardOf([
      [100, delta(ramp(24_000))],
      [100, progress(24_000)],
      [150, delta(ramp(480, 1), 'b')],
      [150, progress(480, 'b')],
    ]);
    expect(heard).toEqual(['1..24000@2400', '1..480@26400']);
  });

  it('ends with what was heard when the rest is thrown away, and forgets late audio of it', () => {
    const heard = heardOf([
      [0, delta(ramp(2400))],
      [20, progress(480)],
      [
        30,
        {
          type: 'playout.flushed',
          items: [{ itemId: 'a', responseId: 'r-a', playedSamples: 720, playedMs: 30, discardedMs: 70, isFinished: false }],
          responseIds: ['r-a'],
        },
      ],
      [40, delta(ramp(480, 5000))],
      [60, progress(1200)],
      [70, delta(ramp(480, 100), 'b')],
      [90, progress(480, 'b')],
    ]);
    expect(heard).toEqual(['1..480@0', '481..720@480', '100..579@1680']);
  });

  it('goes on in an item that has a second part', () => {
    const heard = heardOf([
      [0, delta(ramp(480))],
      [20, { ...progress(480), type: 'playout.item_done' } as VoiceEvent],
      [100, delta(ramp(480, 481))],
      [120, progress(960)],
    ]);
    expect(heard).toEqual(['1..480@0', '481..960@2400']);
  });

  const telephony = { type: 'realtime' as const, audio: { output: { format: { type: 'audio/pcmu' as const } } } };
  it.each<[string, VoiceEvent[]]>([
    ['that its first session has', [{ type: 'session.created', event_id: 'e', session: telephony }]],
    [
      'that its session is told',
      [
        { type: 'session.created', event_id: 'e', session: { type: 'realtime' } },
        { type: 'session.updated', event_id: 'e', session: telephony },
      ],
    ],
  ])('reads the format %s, whatever a later one begins with', (_, events) => {
    const telephone = encodePayload(new Int16Array(160).fill(8031), 'pcmu');
    let now = 0;
    clock.delegate = { now: () => now };
    const frames: AudioFrame[] = [];
    from<[number, VoiceEvent][]>([
      ...events.map((event): [number, VoiceEvent] => [0, event]),
      [50, { type: 'session.created', event_id: 'e', session: { type: 'realtime' } }],
      [100, { ...delta(ramp(1)), delta: telephone }],
      [120, progress(160)],
    ])
      .pipe(
        tap(([at]) => {
          now = at;
        }),
        map(([, event]) => event),
        heardAudio(createCallTimeline()),
      )
      .subscribe((frame) => frames.push(frame));
    expect(frames).toHaveLength(1);
    expect(frames[0]).toMatchObject({ sampleRate: 8000, position: 800 });
    expect(frames[0]?.samples.length).toBe(160);
  });

  it(
    'is what a loudspeaker was given, sample by sample, also when it is silenced',
    marbles((t) => {
      const sink = scriptedSink();
      const frames: AudioFrame[] = [];
      const input: Record<string, PlayoutInput> = {
        a: delta(ramp(4800)),
        A: { type: 'response.output_audio.done', ...place('a') },
        p: { type: 'playout.pause' },
        r: { type: 'playout.resume' },
        b: delta(ramp(9600, 10_000), 'b'),
        f: { type: 'playout.flush' },
        c: delta(ramp(2400, 20_000), 'c'),
        C: { type: 'response.output_audio.done', ...place('c') },
      };
      const events = new Subject<VoiceEvent>();
      events.pipe(heardAudio(createCallTimeline())).subscribe((frame) => frames.push(frame));
      const input$ = t.cold('a-Ap---r---b-----------f--c-C----------------|', input);
      const said$ = input$.pipe(
        tap((each) => events.next(each as VoiceEvent)),
        playTo(sink.openSink),
      );
      said$.subscribe((event) => events.next(event));
      t.flush();
      expect(frames.flatMap(({ samples }) => [...samples])).toEqual([...sink.heard()]);
      for (const [index, frame] of frames.entries())
        expect(frame.position).toBeGreaterThanOrEqual(index === 0 ? 0 : endOf(frames[index - 1] as AudioFrame));
    }),
  );

  it(
    'begins with its source, and ends and fails with it',
    marbles((t) => {
      const source = t.cold('-d-p--|', { d: delta(ramp(480)), p: progress(480) });
      const heard$ = source.pipe(heardAudio(createCallTimeline()), map(shown));
      t.expectObservable(heard$).toBe('---h--|', { h: '1..480@960' });
      t.expectSubscriptions(source.subscriptions).toBe('^-----!');
      const failing = t.cold<VoiceEvent>('-#');
      t.expectObservable(failing.pipe(heardAudio(createCallTimeline()))).toBe('-#');
      t.expectObservable(of(progress(480, 'unknown')).pipe(heardAudio(createCallTimeline()))).toBe('|');
    }),
  );
});

describe('createUnheardAudio', () => {
  it('gives each sample once, in order, however it came and is taken', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 50 }), { maxLength: 20 }),
        fc.array(fc.nat({ max: 400 }), { maxLength: 20 }),
        (sizes, takes) => {
          const unheard = createUnheardAudio();
          let total = 0;
          for (const size of sizes) {
            unheard.push(delta(ramp(size, total)), pcm16, 0);
            total += size;
          }
          const heard: number[] = [];
          for (const to of takes) heard.push(...unheard.take('a', to).flatMap(({ samples }) => [...samples]));
          expect(heard).toEqual([...ramp(Math.min(total, Math.max(0, ...takes)), 0)]);
        },
      ),
    );
  });

  it('keeps ten minutes at the most, where nobody plays', () => {
    const unheard = createUnheardAudio();
    const second = toBase64(ramp(24_000));
    for (let index = 0; index < 601; index++)
      unheard.push({ ...delta(ramp(1), `${Math.floor(index / 300)}`), delta: second }, pcm16, 0);
    expect(unheard.take('0', 24_000)).toEqual([]);
    expect(unheard.take('1', 24_000)).toHaveLength(1);
  });
});
