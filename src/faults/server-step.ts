/** An event as it goes over the wire. */
export interface WireEvent {
  readonly type: string;
}

/** What a server does to its client. */
export type ServerStep =
  | { readonly type: 'say'; readonly event: WireEvent }
  /** Says something that is no event. */
  | { readonly type: 'send'; readonly text: string }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  /** Ends the connection without a word. */
  | { readonly type: 'destroy' }
  /** Reads nothing any more. */
  | { readonly type: 'stop_reading' }
  /** Reads and says nothing any more. */
  | { readonly type: 'half_open' };

/** Says an event. */
export const say = (event: WireEvent): ServerStep => ({ type: 'say', event });

/** Whether nothing can come after this. */
export const isLast = ({ type }: ServerStep): boolean => type === 'close' || type === 'destroy' || type === 'half_open';
