#!/bin/sh
# Makes assets/question-tokyo-24k.wav, the question that the demo asks, and assets/interruption-24k.wav, in which the
# speaker does not wait for the end of the answer: 24 kHz mono PCM16, half a second of a quiet room,
# the question, and 0.6 s of the room again, as a microphone would give it. Needs Debian's espeak-ng and sox.
set -eu
cd "$(dirname "$0")/.."

rate=24000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Speed and pitch of a calm speaker; the amplitude leaves 10 dB of headroom.
say() { espeak-ng -v en-us -s 150 -p 45 -a 100 -w "$work/speech.wav" "$1"; }

# espeak-ng ends with silence of its own: trim both ends, soften the edges, set the level, then make room.
trim() {
  sox -D "$work/speech.wav" "$1" \
    silence 1 0.01 0.3% fade t 0.01 reverse silence 1 0.01 0.3% fade t 0.02 reverse \
    rate -v $rate norm -9 pad "$2" 0.6
}

# A quiet room at about -66 dBFS instead of digital zero. -R seeds the noise, so that every run gives the same file.
in_room() {
  length=$(soxi -D "$1")
  sox -R -D -n -r $rate -c 1 -b 16 "$work/room.wav" synth "$length" pinknoise vol 0.002 highpass 80
  sox -R -D -m -v 1 "$1" -v 1 "$work/room.wav" -r $rate -c 1 -b 16 -e signed-integer "$2"
  soxi "$2"
}

mkdir -p assets
say 'What is the weather like in Tokyo today?'
trim "$work/question.wav" 0.5
in_room "$work/question.wav" assets/question-tokyo-24k.wav

# The answer begins some 0.9 s after the question; 1.5 s of it are heard.
say 'Thank you, that is enough.'
trim "$work/enough.wav" 1.8
sox -D "$work/question.wav" "$work/enough.wav" "$work/both.wav"
in_room "$work/both.wav" assets/interruption-24k.wav
