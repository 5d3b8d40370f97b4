package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
)

// endpoint says where the cluster agent is, by the rules of the real agent and in its words: the URL that is set,
// else the variables that a kubelet sets for the Services of the pod's own namespace.
func endpoint() (string, error) {
	if set := os.Getenv("DD_CLUSTER_AGENT_URL"); set != "" {
		if !strings.Contains(set, "://") {
			set = "https://" + set
		}
		parsed, err := url.Parse(set)
		if err != nil {
			return "", err
		}
		if parsed.Scheme != "https" {
			return "", fmt.Errorf("cannot get cluster agent endpoint, not a https scheme: %s", parsed.Scheme)
		}
		return parsed.String(), nil
	}
	service := setting("DD_CLUSTER_AGENT_KUBERNETES_SERVICE_NAME", "datadog-cluster-agent")
	if service == "" {
		return "", errors.New("cannot get a cluster agent endpoint, both cluster_agent.url and " +
			"cluster_agent.kubernetes_service_name are empty")
	}
	service = strings.ReplaceAll(strings.ToUpper(service), "-", "_")
	name := service + "_SERVICE_HOST"
	host := os.Getenv(name)
	if host == "" {
		return "", noEndpoint(service, name)
	}
	port := os.Getenv(service + "_SERVICE_PORT")
	if port == "" {
		// The real one prints the value here, which is empty, instead of the name.
		return "", noEndpoint(service, port)
	}
	return fmt.Sprintf("https://%s:%s", host, port), nil
}

func noEndpoint(service, variable string) error {
	return fmt.Errorf("cannot get a cluster agent endpoint for kubernetes service %s, env %s is empty", service, variable)
}

// setting is a variable's value; the default only where it is not set at all.
func setting(name, otherwise string) string {
	if value, found := os.LookupEnv(name); found {
		return value
	}
	return otherwise
}
