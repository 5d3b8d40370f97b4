package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
)

const shortestToken = 32

// connection is what one try to reach the cluster agent gave.
type connection struct {
	endpoint string
	version  string
	err      error
}

// connect finds the endpoint, looks at the token, and asks for /version, in this order.
func connect() connection {
	found, err := endpoint()
	if err != nil {
		return connection{err: err}
	}
	token := os.Getenv("DD_CLUSTER_AGENT_AUTH_TOKEN")
	if token == "" {
		const path = "/etc/datadog-agent/cluster_agent.auth_token"
		_, err := os.Stat(path)
		return connection{err: fmt.Errorf("empty cluster_agent.auth_token and cannot find %q: %v", path, err)}
	}
	if len(token) < shortestToken {
		return connection{err: fmt.Errorf(
			"cluster agent authentication token length must be greater than %d, curently: %d", shortestToken, len(token))}
	}
	version, err := ask(found+"/version", token)
	return connection{endpoint: found, version: version, err: err}
}

func ask(address, token string) (string, error) {
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := client().Do(request)
	if err != nil {
		return "", fmt.Errorf("%q is unavailable: %v", address, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%q is unavailable: %s", address, answer.Status)
	}
	var said struct {
		Major, Minor, Patch int
		Commit              string
	}
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d.%d.%d+commit.%s", said.Major, said.Minor, said.Patch, said.Commit), nil
}

// client has the real agent's time limits, honours the proxy variables, and verifies nothing, as it does.
func client() *http.Client {
	return &http.Client{
		Timeout: 10 * time.Second,
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: time.Second}).DialContext,
			TLSClientConfig:       &tls.Config{InsecureSkipVerify: true},
			TLSHandshakeTimeout:   5 * time.Second,
			ResponseHeaderTimeout: 3 * time.Second,
			DisableKeepAlives:     true,
		},
	}
}
