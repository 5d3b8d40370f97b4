#!/usr/bin/env bash
# Shows the kubelet eight times the processors that there are: on Fargate each pod has a node of its size, here all
# share this one, and a kubelet refuses pods whose requests are more than its node has. The same processors stand
# in eight memory nodes, so it counts them eight times, and knows no number that the kernel would refuse.
# Only init.sh calls it, in a mount namespace with a /sys of its own.
set -euo pipefail
real=/sys/devices/system/node
fake=/run/memory-nodes
[ -d "$real/node0" ] || exit 0
for number in 0 1 2 3 4 5 6 7; do
  mkdir -p "$fake/node$number"
  for file in meminfo distance; do cp "$real/node0/$file" "$fake/node$number/"; done
  for processor in /sys/devices/system/cpu/cpu[0-9]*; do ln -s "$processor" "$fake/node$number/"; done
done
mount --bind "$fake" "$real"
