//go:build tools

// Package tools names the program that the test cluster builds from this module.
package tools

import _ "github.com/DataDog/datadog-operator/cmd"
