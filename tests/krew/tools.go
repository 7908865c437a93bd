//go:build tools

// Names what `scripts/install-krew` builds, so that go.mod and go.sum hold their versions.
package tools

import (
	_ "sigs.k8s.io/krew/cmd/krew"
	_ "sigs.k8s.io/krew/cmd/validate-krew-manifest"
)
