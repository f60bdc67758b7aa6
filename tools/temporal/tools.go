//go:build tools

// Package temporal pins the Temporal CLI that `bench` builds when none can be found or downloaded.
package temporal

import _ "github.com/temporalio/cli/cmd/temporal"
