#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# hugin.sh OUT.jpg FOV_DEG FILE...: a panorama by hugin's command line as its makers chain it; FOV_DEG is that of one picture.
# Works in the folder of OUT, where it leaves OUT.pto (hugin_report.py makes a report of it). Exit 1 when a step fails.
set -euo pipefail
out=$1 fov=$2
shift 2
work=$(mktemp -d "$(dirname "$out")/hugin.XXXXXX")
trap 'rm -rf "$work"' EXIT
project=$work/p.pto
pto_gen -f "$fov" -o "$project" "$@"
cpfind --multirow -o "$project" "$project"
cpclean -o "$project" "$project"
autooptimiser -a -m -s -o "$project" "$project"
pano_modify --canvas=AUTO --crop=AUTO -o "$project" "$project"
cp "$project" "${out%.*}.pto"
nona -m TIFF_m -o "$work/tile" "$project"
enblend -o "$out" "$work"/tile*.tif
