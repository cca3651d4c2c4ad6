#!/bin/bash
# siril_live.sh NIGHT OUT: Siril handles the lights of a night (NIGHT/lights, NIGHT/darks) one at a time, as its live stacking
# does: each is calibrated, registered to the running result and stacked with it; results go through files, for a script has
# no other way. One script, so Siril starts once; the script that does nothing tells what that start costs.
# Prints a JSON line per step (wall, user, sys seconds; peak MB): start, masterdark, and frames with their number.
# SIRIL=siril-cli (Debian: 1.0.6), SIRIL_CPU=n limits threads.
set -u
CLI=${SIRIL:-siril-cli}
SET=$(realpath "$1")
mkdir -p "$2"
OUT=$(realpath "$2")
export XDG_CONFIG_HOME=$OUT/config XDG_DATA_HOME=$OUT/data
mkdir -p "$XDG_CONFIG_HOME" "$XDG_DATA_HOME"
: >"$XDG_DATA_HOME/siril"  # a plain file: 1.4 would build a Python environment at every start
W=$OUT/process
rm -rf "$W"
mkdir -p "$W"
case $($CLI --version | awk '{print $2}') in
  1.0*) CAL=preprocess REQ=1.0.0 ;;
  *) CAL=calibrate REQ=1.2.0 ;;
esac

step() {  # step NAME FRAMES: runs NAME.ssf
  local name=$1 frames=$2 rc e u s m
  /usr/bin/time -o "$OUT/.t" -f '%e %U %S %M' "$CLI" -d "$W" -s "$OUT/$name.ssf" >"$OUT/$name.log" 2>&1
  rc=$?
  read -r e u s m < <(tail -1 "$OUT/.t")
  printf '{"step":"%s","rc":%d,"frames":%d,"wall":%s,"user":%s,"sys":%s,"peak_mb":%d}\n' \
    "$name" $rc "$frames" "$e" "$u" "$s" $((m / 1024))
  return $rc
}

begin() {
  echo "requires $REQ"
  [ -n "${SIRIL_CPU:-}" ] && echo "setcpu $SIRIL_CPU"
  return 0
}

{ begin; echo close; } >"$OUT/start.ssf"
{ begin; printf '%s\n' "cd $SET/darks" "convert dark -out=$W" "cd $W" "stack dark rej 3 3 -nonorm -out=dark_stacked" close; } \
  >"$OUT/masterdark.ssf"

# Each frame has a folder of its own; the running result and the frame become a sequence of two there.
n=0
begin >"$OUT/frames.ssf"
while IFS= read -r light; do
  one=$W/$n two=$W/$n/two
  mkdir -p "$one" "$two"
  ln -s "$light" "$one/raw_00001.fit"
  printf "%s\n" "S 'raw_' 1 1 1 5 0 3 0" "L -1" "I 1 1" >"$one/raw_.seq"  # \`convert\` makes no sequence of one frame
  {
    printf '%s\n' "cd $one" "$CAL raw -dark=$W/dark_stacked -cc=dark -cfa -debayer"
    if [ $n = 0 ]; then
      printf '%s\n' "load pp_raw_00001" "save $W/result_0"
    else
      ln -s "$W/result_$((n - 1)).fit" "$two/a_result.fit"
      ln -s "$one/pp_raw_00001.fit" "$two/b_frame.fit"
      printf '%s\n' "cd $two" "convert pair -out=$two" "register pair" "stack r_pair mean n -nonorm -out=$W/result_$n"
    fi
  } >>"$OUT/frames.ssf"
  n=$((n + 1))
done < <(find "$SET/lights" -type f | sort)
echo close >>"$OUT/frames.ssf"

step start 0 && step masterdark 0 && step frames $n
rc=$?
[ $rc = 0 ] && mv "$W/result_$((n - 1)).fit" "$OUT/result.fit"
[ -n "${KEEP:-}" ] || rm -rf "$W"
exit $rc
