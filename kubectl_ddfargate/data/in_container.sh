# Where the image has no Python: names and connections only. Token and certificate are not tried.
u=${DD_CLUSTER_AGENT_URL:-}
if [ -z "$u" ]; then
  n=${DD_CLUSTER_AGENT_KUBERNETES_SERVICE_NAME:-datadog-cluster-agent}
  n=$(printf %s "$n" | tr 'a-z-' 'A-Z_')
  h=${n}_SERVICE_HOST; p=${n}_SERVICE_PORT
  if [ -z "${!h:-}" ]; then echo "DDF|endpoint|failed|none|no DD_CLUSTER_AGENT_URL, and $h is empty"; exit 0; fi
  u=https://${!h}:${!p}
fi
r=${u#https://}; h=${r%:*}; p=${r##*:}
case $p in ''|*[!0-9]*) echo "DDF|endpoint|failed|form|no https://HOST:PORT"; exit 0;; esac
echo "DDF|endpoint|ok||$h:$p"
h=${h#[}; h=${h%]}
x=HTTPS_PROXY; [ -n "${!x:-}" ] || x=https_proxy
if [ -z "${!x:-}" ]; then echo "DDF|proxy|ok||none is set"
else
  s=
  IFS=', ' read -ra words <<<"localhost,127.0.0.1,::1,${NO_PROXY:-${no_proxy:-}}"
  for w in "${words[@]}"; do
    if [ "$w" = '*' ]; then s=1; fi
    w=${w#\*}
    if [ -n "$w" ]; then case $h in "$w"|*".${w#.}") s=1;; esac; fi
  done
  if [ -z "$s" ]; then echo "DDF|proxy|untested|image|$x is set: without Python a proxy is not tried"; exit 0; fi
  echo "DDF|proxy|ok||NO_PROXY takes the host out"
fi
if command -v getent >/dev/null; then
  if a=$(timeout 4 getent ahosts "$h"); then echo "DDF|resolve|ok||$h is ${a%% *}"
  else echo "DDF|resolve|failed|dns|$h: not found"; exit 0; fi
else echo "DDF|resolve|untested|image|the image has no getent"; fi
if timeout 4 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$h" "$p" 2>/dev/null; then echo "DDF|tcp|ok||$h:$p"
else
  if [ $? = 124 ]; then c=timeout; else c=refused; fi
  echo "DDF|tcp|failed|$c|$h:$p"
fi
