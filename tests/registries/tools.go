//go:build tools

// Names what `scripts/install-test-parts` builds, so that go.mod and go.sum hold their versions.
package tools

import (
	_ "github.com/distribution/distribution/v3/cmd/registry"
	_ "github.com/google/go-containerregistry/cmd/crane"
	_ "github.com/olareg/olareg/cmd/olareg"
)
