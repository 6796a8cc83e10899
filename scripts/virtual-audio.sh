#!/usr/bin/env bash
# A microphone and a loudspeaker without hardware: a private PulseAudio, for tests on real sound devices.
#
#   virtual-audio.sh run CMD...     start, run CMD with the environment, stop, exit as CMD did
#   virtual-audio.sh start | stop   the same in steps; start prints the environment as export lines
#   virtual-audio.sh env            print it again
#   virtual-audio.sh unplug mic|speaker   pull it out, and end what records from it or plays on it
#   virtual-audio.sh plug mic|speaker     put it back
#
# What is played into the sink `mic_feed` (paplay --device=mic_feed x.wav) comes out of the source `mic`; what is played
# on the sink `speaker` can be recorded from `speaker.monitor`. ALSA and PortAudio see `mic`, `speaker` and `default`.
set -euo pipefail

dir=${RXVOX_AUDIO_DIR:-${TMPDIR:-/tmp}/rxvox-audio-$UID}
socket=$dir/socket
rate=48000
packages='pulseaudio pulseaudio-utils libasound2-plugins'

environment() {
  cat <<END
export RXVOX_AUDIO_DIR='$dir' XDG_RUNTIME_DIR='$dir' ALSA_CONFIG_PATH='$dir/asound.conf'
export PULSE_SERVER='unix:$socket' PULSE_RUNTIME_PATH='$dir' PULSE_STATE_PATH='$dir' PULSE_COOKIE='$dir/cookie'
END
}

require() {
  local missing=()
  local program
  for program in pulseaudio pactl pacmd parec paplay; do
    command -v "$program" >/dev/null || missing+=("$program")
  done
  if ((${#missing[@]})); then
    echo "virtual-audio.sh: ${missing[*]} not found; on Debian: apt-get install -y --no-install-recommends $packages" >&2
    exit 3
  fi
}

# libasound prints a hundred warnings about devices that its usual configuration names and this machine lacks.
write_configuration() {
  {
    local name
    for name in '!default' mic speaker; do
      echo "pcm.$name { type pulse server \"unix:$socket\" hint { show on description \"virtual ${name#!}\" } $(pcm_device "$name") }"
    done
    echo "ctl.!default { type pulse server \"unix:$socket\" }"
    echo 'defaults.namehint.extended on'
  } >"$dir/asound.conf"
  {
    echo "load-module module-native-protocol-unix auth-anonymous=1 socket=$socket"
    echo 'load-module module-cli-protocol-unix'
  } >"$dir/default.pa"
}
pcm_device() { [[ $1 == '!default' ]] || echo "device \"$1\""; }

# A null sink renders blocks of 2 s until somebody wants less, so that a recording would begin 2 s late. A silent
# recorder keeps its clock at 5 ms, as hardware would.
record_monitor() { parec --device="$1.monitor" --raw --format=s16le --rate=$rate --channels=1 --latency-msec=5 "${@:2}"; }
keep_ticking() {
  record_monitor "$1" --client-name=clock </dev/null >/dev/null 2>&1 &
  disown
}
# Even so the first block may last 2 s.
settle() { timeout 10 bash -c "$(declare -f record_monitor); rate=$rate; record_monitor $1 2>/dev/null | head -c 20000 >/dev/null" || true; }

# Without norewinds a null sink takes back what a client has already heard of it.
load_sink() { pactl load-module module-null-sink sink_name="$1" norewinds=1 rate=$rate "${@:2}" >"$dir/module.$1"; }
plug_mic() {
  load_sink mic_feed channels=1 channel_map=mono
  pactl load-module module-remap-source source_name=mic master=mic_feed.monitor rate=$rate channels=1 channel_map=mono \
    master_channel_map=mono >"$dir/module.mic"
  # Moves whatever records from the former default, a recorder that keeps a clock included: so those start now.
  pactl set-default-source mic
  keep_ticking mic_feed
  keep_ticking speaker
  settle mic_feed
  settle speaker
}

plug_speaker() {
  load_sink speaker channels=2
  pactl set-default-sink speaker
}

# PulseAudio would move the streams to another device. With a real plug they are gone.
streams_of() { pactl list short "$1" | awk -v device="$2" '$2 == device { print $1 }'; }
number_of() { pactl list short "$1" | awk -v name="$2" '$2 == name { print $1 }'; }
kill_streams() {
  local stream
  for stream in "${@:2}"; do PULSE_SERVER='' pacmd "kill-$1" "$stream" >/dev/null || true; done
}
unplug_mic() {
  local streams
  streams=$(streams_of source-outputs "$(number_of sources mic)")
  pactl unload-module "$(cat "$dir/module.mic")"
  pactl unload-module "$(cat "$dir/module.mic_feed")"
  # shellcheck disable=SC2086
  kill_streams source-output $streams
}
unplug_speaker() {
  local streams
  streams=$(streams_of sink-inputs "$(number_of sinks speaker)")
  pactl unload-module "$(cat "$dir/module.speaker")"
  # shellcheck disable=SC2086
  kill_streams sink-input $streams
}

start() {
  require
  mkdir -p "$dir"
  chmod 700 "$dir"
  write_configuration
  local daemon
  # HOME: no configuration of the user's; no shared memory: containers have little.
  HOME=$dir PULSE_SERVER='' pulseaudio -n -F "$dir/default.pa" --daemonize=no --exit-idle-time=-1 --disable-shm=yes \
    --high-priority=yes --realtime=yes --log-target="file:$dir/log" </dev/null >/dev/null 2>&1 &
  daemon=$!
  disown
  echo "$daemon" >"$dir/daemon"
  for _ in $(seq 100); do
    pactl info >/dev/null 2>&1 && break
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.1
  done
  if ! pactl info >/dev/null 2>&1; then
    echo 'virtual-audio.sh: pulseaudio did not start:' >&2
    cat "$dir/log" >&2 || true
    exit 4
  fi
  plug_speaker
  plug_mic
}

# The recorders that keep the clocks end with the daemon.
stop() {
  local daemon
  daemon=$(cat "$dir/daemon" 2>/dev/null || true)
  if [[ -n $daemon ]] && grep -qsF "$dir/default.pa" "/proc/$daemon/cmdline"; then
    kill "$daemon" 2>/dev/null || true
    for _ in $(seq 40); do
      kill -0 "$daemon" 2>/dev/null || break
      sleep 0.05
    done
    kill -KILL "$daemon" 2>/dev/null || true
  fi
  rm -rf "$dir"
}

case "${1:-} ${2:-}" in
  'run '*)
    shift
    dir=$(mktemp -d "${TMPDIR:-/tmp}/rxvox-audio-XXXXXX")
    socket=$dir/socket
    eval "$(environment)"
    trap stop EXIT
    start
    "$@"
    ;;
  'start ')
    eval "$(environment)"
    start
    environment
    ;;
  'env ') environment ;;
  'stop ') stop ;;
  'plug mic' | 'plug speaker' | 'unplug mic' | 'unplug speaker')
    eval "$(environment)"
    "${1}_$2"
    ;;
  *)
    sed -n '2,/^set/p' "$0" | grep '^#'
    exit 2
    ;;
esac
