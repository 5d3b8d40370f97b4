//go:build tools

// Package popeye pins the program that the benchmark compares with.
package popeye

import _ "github.com/derailed/popeye"
