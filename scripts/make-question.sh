#!/bin/sh
# Makes assets/question-tokyo-24k.wav, the question that the demo asks: 24 kHz mono PCM16, half a second of a quiet room,
# the question, and 0.6 s of the room again, as a microphone would give it. Needs Debian's espeak-ng and sox.
set -eu
cd "$(dirname "$0")/.."

rate=24000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Speed and pitch of a calm speaker; the amplitude leaves 10 dB of headroom.
espeak-ng -v en-us -s 150 -p 45 -a 100 -w "$work/speech.wav" 'What is the weather like in Tokyo today?'

# espeak-ng ends with silence of its own: trim both ends, soften the edges, set the level, then make room.
sox -D "$work/speech.wav" "$work/trimmed.wav" \
  silence 1 0.01 0.3% fade t 0.01 reverse silence 1 0.01 0.3% fade t 0.02 reverse \
  rate -v $rate norm -9 pad 0.5 0.6

# A quiet room at about -66 dBFS instead of digital zero. -R seeds the noise, so that every run gives the same file.
length=$(soxi -D "$work/trimmed.wav")
sox -R -D -n -r $rate -c 1 -b 16 "$work/room.wav" synth "$length" pinknoise vol 0.002 highpass 80

mkdir -p assets
sox -R -D -m -v 1 "$work/trimmed.wav" -v 1 "$work/room.wav" -r $rate -c 1 -b 16 -e signed-integer assets/question-tokyo-24k.wav
soxi assets/question-tokyo-24k.wav
