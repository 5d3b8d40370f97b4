//go:build tools

// Package tools names the program of the node that is built from this module.
package tools

import _ "github.com/opencontainers/runc"
