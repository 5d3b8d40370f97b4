// Command agent stands in for Datadog's: it looks for the cluster agent by the same rules, and says in the log and
// in `agent status` what the real one would. It sends nothing anywhere else.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"
)

const (
	firstPause   = time.Second
	longestPause = 5 * time.Minute
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "status" {
		status(slices.Contains(os.Args, "--json"))
		return
	}
	if os.Getenv("DD_CLUSTER_AGENT_ENABLED") != "true" {
		say("INFO", "pkg/util/clusteragent", "Cluster Agent is disabled")
		rest()
	}
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		made := connect()
		if made.err == nil {
			say("INFO", "pkg/util/clusteragent", "Successfully connected to the Datadog Cluster Agent "+made.version)
			rest()
		}
		cause := "temporary failure in clusterAgentClient, will retry later: " + made.err.Error()
		say("ERROR", "comp/core/workloadmeta/collectors/internal/kubemetadata",
			"Could not initialise the communication with the cluster agent: "+cause)
		if os.Getenv("DD_ORCHESTRATOR_EXPLORER_ENABLED") != "false" {
			say("WARN", "pkg/collector/corechecks/orchestrator/pod",
				"Cluster Agent not ready yet, skipping orchestrator_pod check run: "+cause)
		}
		time.Sleep(pause)
	}
}

// rest does nothing more. Not by `select {}`, which Go ends as a deadlock.
func rest() {
	for {
		time.Sleep(time.Hour)
	}
}

// say writes one line in the form of the real agent's log. The places in the code are not the real ones.
func say(level, place, text string) {
	now := time.Now().UTC().Format("2006-01-02 15:04:05 MST")
	fmt.Printf("%s | CORE | %s | (%s) | %s\n", now, level, place, text)
}

// status prints the section of the cluster agent, which the real agent's status has among others.
func status(asJSON bool) {
	made := connect()
	found := map[string]string{}
	switch {
	case made.err != nil:
		found["DetectionError"] = made.err.Error()
	default:
		found["Endpoint"], found["Version"] = made.endpoint, made.version
	}
	if asJSON {
		_ = json.NewEncoder(os.Stdout).Encode(map[string]any{"clusterAgentStatus": found})
		return
	}
	fmt.Print("=====================\nDatadog Cluster Agent\n=====================\n\n")
	if made.err != nil {
		fmt.Printf("  - Could not detect the Datadog Cluster Agent's endpoint: %v\n", made.err)
		return
	}
	fmt.Printf("  - Datadog Cluster Agent endpoint detected: %s\n", made.endpoint)
	fmt.Printf("  Successfully connected to the Datadog Cluster Agent.\n  - Running: %s\n", made.version)
}
