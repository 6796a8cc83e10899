/**
 * Beta names of events and what GA calls them. Azure Voice Live and Azure's preview endpoints speak beta names still;
 * OpenAI took them out of service on 2026-05-12.
 *
 * Only the event's `type` changes. Fields stay as they came: a beta session keeps its flat settings, a beta item its
 * content types `text` and `audio`. `conversation.item.created` stays too, for it is in GA's own list; it says what
 * `conversation.item.added` says.
 */
const gaNames: ReadonlyMap<string, string> = new Map([
  ['response.audio.delta', 'response.output_audio.delta'],
  ['response.audio.done', 'response.output_audio.done'],
  ['response.audio_transcript.delta', 'response.output_audio_transcript.delta'],
  ['response.audio_transcript.done', 'response.output_audio_transcript.done'],
  ['response.text.delta', 'response.output_text.delta'],
  ['response.text.done', 'response.output_text.done'],
  ['transcription_session.created', 'session.created'],
  ['transcription_session.updated', 'session.updated'],
  ['transcription_session.update', 'session.update'],
  // OpenAI's API description writes it with a leading space.
  [' input_audio_buffer.dtmf_event_received', 'input_audio_buffer.dtmf_event_received'],
]);

/** The GA name of an event, which is the name itself where GA has it or nobody knows it. */
export const gaName = (type: string): string => gaNames.get(type) ?? type;
