// Has its binary in it.
export { default } from '@ennuicastr/webrtcaec3.js';
