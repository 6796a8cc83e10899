import type { Gate } from '../src/epic.js';

/**
 * A gate: the service hears nothing while the assistant sounds, for loudspeakers without echo cancellation. The user
 * cannot interrupt by voice then. `turnStrategy({ mute: assistantHeard() })` adds that no turn begins from it.
 */
export const halfDuplex: Gate = ({ playout }, command) =>
  command.type === 'input_audio_buffer.append' && playout.isSounding && !playout.isPaused ? 'drop' : 'send';
