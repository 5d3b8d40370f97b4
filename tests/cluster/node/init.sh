#!/usr/bin/env bash
# The first process in the node's namespaces: makes mounts and a network that nobody outside sees, then waits.
# When it is killed the kernel ends all other processes in them, and mounts, links and rules are gone with it.
#   init.sh FOLDER     (only keeper.py starts it)
set -euxo pipefail
folder=$1
# /proc is still that of the machine, so this is the number that the machine knows us by.
read -r pid _ < /proc/self/stat
here=$(dirname "$0")
address=10.99.0.2
mkdir -p "$folder"/{kubelet,var-lib/upper,var-lib/work,pods}

mount -t proc proc /proc
mount -t sysfs sysfs /sys
# A cgroup namespace shows the node's own cgroups as the root, but only in mounts made inside it.
mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
while read -r controllers _; do
  place=/sys/fs/cgroup/${controllers#name=}
  mkdir -p "$place"
  case $controllers in name=*) options=none,$controllers ;; *) options=$controllers ;; esac
  mount -t cgroup -o "$options" cgroup "$place"
done < "$folder/cgroups"
mount --make-rshared /
mount -t tmpfs -o mode=755 tmpfs /run
[ -L /var/run ] || mount --bind /run /var/run
mkdir -p /run/lock /run/netns
# What kubelet and containerd make below /var/lib and /var/log lands in our folder.
mount -t overlay overlay -o "lowerdir=/var/lib,upperdir=$folder/var-lib/upper,workdir=$folder/var-lib/work" /var/lib
mkdir -p /var/lib/kubelet /var/lib/cni
mount --bind "$folder/kubelet" /var/lib/kubelet
mount --make-rshared /var/lib/kubelet
mount --bind "$folder/pods" /var/log
hostname node

# The kubelet sets six sysctls that no namespace keeps apart. It is shown files that hold what it wants already,
# so that the machine's own values stay as they are.
mkdir -p /run/sysctl
while read -r key value; do
  file=/run/sysctl/${key//\//.}
  echo "$value" > "$file"
  mount --bind "$file" "/proc/sys/$key"
done <<EOF
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
EOF
bash "$here/cpus.sh"

printf '127.0.0.1 localhost\n%s node\n' "$address" > "$folder/hosts"
mount --bind "$folder/hosts" /etc/hosts
echo "nameserver $address" > "$folder/resolv.conf"
mount --bind "$folder/resolv.conf" /etc/resolv.conf

# eth0 is a bridge without ports: no packet leaves. The default route over it is there only because the kernel looks
# for a route to a ClusterIP before kube-proxy's rules replace that address.
ip link set lo up
ip link add eth0 type bridge
ip addr add "$address/24" dev eth0
ip link set eth0 up
ip route add default via 10.99.0.1 dev eth0 onlink
sysctl -qw net.ipv4.ip_forward=1
# Else an answer from a pod on the same bridge would not pass the rules that the question passed.
sysctl -qw net.bridge.bridge-nf-call-iptables=1

echo "$pid" > "$folder/init.pid.new"
mv "$folder/init.pid.new" "$folder/init.pid"
set +x
# Reaps what the programs leave behind: bash does while it waits.
while :; do sleep 3600 & wait $! || true; done
