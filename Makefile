# The two commands of the README, and what a developer needs besides.

CARGO ?= cargo

.PHONY: demo test unit bench install package release image site check help

help:
	@echo 'make demo     the main job on the sandbox: copy, copy again, verify'
	@echo 'make test     install what the tests need, and run all of them; FILTER=word: those with the word in their name'
	@echo 'make unit     the unit tests alone: no parts, no integration tests; takes FILTER=word, too'
	@echo 'make bench    copy made-up corpora beside crane, regsync and skopeo, switch a made-up fleet beside kubectl, search and rewrite made-up trees beside ripgrep and perl (two hours)'
	@echo 'make install  put the plugins where docker and kubectl find them (~/.docker/cli-plugins, ~/.local/bin)'
	@echo 'make release  archives of both plugins for six platforms, checked and with all that installs them: target/release-archives'
	@echo 'make package  the same for Linux on amd64 alone'
	@echo 'make site     a static site of these pages, in both languages: target/site'
	@echo 'make image    an image of both plugins for Linux (OCI layout), without Docker: target/release-archives'
	@echo 'make check    formatting, lints, documentation, the crates that are used'

demo:
	@$(CARGO) build --profile demo --features sandbox --bin docker-ccr2tcr --bin tcr-sandbox
	@scripts/demo

test:
	@scripts/install-test-parts
	@scripts/test $(FILTER)

unit:
	@scripts/test --lib --bins $(FILTER)

bench:
	@scripts/install-test-parts
	@scripts/install-bench-parts
	@scripts/bench
	@scripts/bench-cluster
	@$(CARGO) build --release --bin docker-ccr2tcr
	@. scripts/parts && scripts/bench-files --rg "$$bench_folder/bin/rg"

install:
	@$(CARGO) build --release --bin docker-ccr2tcr --bin kubectl-tcr_switch
	@scripts/install-plugin

package:
	@scripts/release linux-amd64

# TAG=vVERSION has to be the version that is released.
release:
	@if [ -n "$$TAG" ]; then scripts/check-tag "$$TAG"; fi
	@scripts/release

site:
	@scripts/install-mdbook
	@. scripts/parts && scripts/site "$$mdbook_folder/bin/mdbook"

# Of the archives that `make release` left, or of newly built ones.
image:
	@scripts/install-crane
	@ls target/release-archives/*-linux-*.tar.gz >/dev/null 2>&1 || scripts/release linux-amd64 linux-arm64
	@scripts/image/build target/release-archives

check:
	@scripts/check
