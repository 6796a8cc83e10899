/** How a conversation is held: how soon a pause is the end of a turn, and what counts as an interruption. `conversationModes` says what each sets. */
export const ConversationMode = { NATURAL: 'natural', FORMAL: 'formal', RAPID: 'rapid' } as const;
/** One of {@link ConversationMode}. */
export type ConversationMode = (typeof ConversationMode)[keyof typeof ConversationMode];

/** Modes for trying things out. `LOCAL_MIC`: the microphone is the source of a continuous stream to which none was connected; the conversation is natural. */
export const TestMode = { LOCAL_MIC: 'local_mic' } as const;
/** One of {@link TestMode}. */
export type TestMode = (typeof TestMode)[keyof typeof TestMode];
