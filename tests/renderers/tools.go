//go:build tools

// Names what `scripts/install-test-parts` builds, so that go.mod and go.sum hold their versions.
package tools

import (
	_ "github.com/docker/compose/v2/cmd"
	_ "helm.sh/helm/v4/cmd/helm"
	_ "sigs.k8s.io/kustomize/kustomize/v5"
)
