// Command cluster-agent stands in for Datadog's: TLS on DD_CLUSTER_AGENT_CMD_PORT (5005) with a certificate of
// its own making, and /version behind the bearer token of DD_CLUSTER_AGENT_AUTH_TOKEN. No token or another scheme
// is answered 401, a wrong token 403, as the real one does.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"fmt"
	"log"
	"math/big"
	"net/http"
	"os"
	"strings"
	"time"
)

// The real one's /version answers with its version package's struct.
var version = map[string]any{"Major": 7, "Minor": 81, "Patch": 1, "Pre": "", "Meta": "", "Commit": "5f1bd2a"}

// Below it the real one refuses to start.
const shortestToken = 32

func main() {
	token := os.Getenv("DD_CLUSTER_AGENT_AUTH_TOKEN")
	if len(token) < shortestToken {
		log.Fatalf("cluster agent authentication token length must be greater than %d, curently: %d", shortestToken, len(token))
	}
	port := os.Getenv("DD_CLUSTER_AGENT_CMD_PORT")
	if port == "" {
		port = "5005"
	}
	server := &http.Server{
		Addr:              ":" + port,
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{certificate()}, MinVersion: tls.VersionTLS12},
		Handler:           behindToken(token),
		ReadHeaderTimeout: 5 * time.Second,
	}
	log.Printf("listening on %s", server.Addr)
	log.Fatal(server.ListenAndServeTLS("", ""))
}

func behindToken(token string) http.Handler {
	return http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		status := authorize(request.Header.Get("Authorization"), token)
		if status == http.StatusOK && request.URL.Path != "/version" {
			status = http.StatusNotFound
		}
		log.Printf("%s %s from %s: %d", request.Method, request.URL.Path, request.RemoteAddr, status)
		if status != http.StatusOK {
			http.Error(answer, http.StatusText(status), status)
			return
		}
		answer.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(answer).Encode(version)
	})
}

func authorize(header, token string) int {
	scheme, given, found := strings.Cut(header, " ")
	switch {
	case !found || scheme != "Bearer":
		return http.StatusUnauthorized
	case subtle.ConstantTimeCompare([]byte(given), []byte(token)) != 1:
		return http.StatusForbidden
	}
	return http.StatusOK
}

func certificate() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		log.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "datadog-cluster-agent", Organization: []string{"Datadog, Inc."}},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
		DNSNames:     []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		log.Fatal(fmt.Errorf("certificate: %w", err))
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
