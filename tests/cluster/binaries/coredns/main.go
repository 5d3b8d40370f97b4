// CoreDNS with the plugins that the Corefile of EKS and the node's own resolver name, and no other:
// the rest (etcd, Route 53, Azure, …) is half of what there is to build. Every plugin is upstream's.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"

	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/forward"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/loadbalance"
	_ "github.com/coredns/coredns/plugin/log"
	_ "github.com/coredns/coredns/plugin/loop"
	_ "github.com/coredns/coredns/plugin/metrics"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/reload"
	_ "github.com/coredns/coredns/plugin/template"
)

// The order is that of upstream's plugin.cfg: a query passes the plugins in it.
func init() {
	dnsserver.Directives = []string{
		"reload", "bind", "health", "ready", "prometheus", "log", "errors", "loadbalance", "cache",
		"template", "kubernetes", "loop", "forward",
	}
}

func main() { coremain.Run() }
