#!/bin/sh
# Runs a program on the node: enter.sh FOLDER PROGRAM [ARGUMENT…]. FOLDER is the keeper's.
folder=$1
shift
while read -r _ group; do echo $$ > "$group/cgroup.procs"; done < "$folder/cgroups"
read -r pid < "$folder/init.pid"
exec nsenter -t "$pid" -a -- "$@"
