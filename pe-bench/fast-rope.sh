#!/usr/bin/env bash
# Fast attention beside our exact kernel, on every core: tables, and pages in pe-bench/target; half an hour. --quick for one small table.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p pe-bench/target
if [ "${1:-}" = --quick ]; then
  ./pe fast-rope --n 1024,4096,16384 --degree 2,3 --rounds 3 -o pe-bench/target/fast-rope.html
  exit
fi
tokens=1024,4096,16384,65536,131072
for mask in "" --causal; do
  # shellcheck disable=SC2086 # nothing, or one word
  {
    ./pe fast-rope --n $tokens --d 8,16 --degree 2,3,4,5,6 $mask -o "pe-bench/target/fast-rope-16$mask.html"
    ./pe fast-rope --n $tokens --d 32 --degree 2,3,4 --limit 150 $mask -o "pe-bench/target/fast-rope-32$mask.html"
    ./pe fast-rope --n $tokens --d 64 --degree 2,3 --limit 150 $mask -o "pe-bench/target/fast-rope-64$mask.html"
    ./pe fast-rope --n 1024,4096,16384,65536 --d 8 --degree 2,3 --fourier $mask -o "pe-bench/target/fast-rope-fourier$mask.html"
  }
done
