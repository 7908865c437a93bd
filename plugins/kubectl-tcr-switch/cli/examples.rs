//! What stands below the help: examples, and what the exit codes mean for each command.

pub(super) const MORE: &str = "Use --help for every flag, examples and exit codes";

pub(super) const SWITCH: &str = "\
Examples:
  kubectl tcr-switch --dry-run -A                   the plan for the whole cluster
  kubectl tcr-switch --dry-run=server -n shop       with a server-side dry run of each change
  kubectl tcr-switch -n shop                        show the plan, ask, switch, watch the rollouts
  kubectl tcr-switch -A -l tier=web --yes           ask nothing
  kubectl tcr-switch -A --dry-run -o patch          the patches as kubectl commands
  kubectl tcr-switch images -A | docker ccr2tcr sync --images -
                                                    first: copy what is in use

Exit codes: 0 nothing in scope names CCR any more, 1 something still does, 2 an error,
130 interrupted";

pub(super) const SCAN: &str = "\
Examples:
  kubectl tcr-switch scan -A                                     by namespace
  kubectl tcr-switch scan -n shop -o wide                        with containers and managers
  kubectl tcr-switch scan -A --exclude-namespace 'kube-*' -o json
  kubectl tcr-switch scan -A --contexts 'prod-*,test'            several clusters in one table

Exit codes: 0 nothing in scope names CCR, 1 something does, 2 an error, 130 interrupted";

pub(super) const DIFF: &str = "\
Examples:
  kubectl tcr-switch diff -n shop
  KUBECTL_EXTERNAL_DIFF='colordiff -N -u' kubectl tcr-switch diff -A

Exit codes: 0 nothing would change, 1 something would, 2 an error, 130 interrupted";

pub(super) const ROLLBACK: &str = "\
Examples:
  kubectl tcr-switch rollback FILE --dry-run        what would be rolled back
  kubectl tcr-switch rollback FILE                  ask, roll back, watch the rollouts

An object that has been changed since is reported and not rolled back.

Exit codes: 0 everything is as before, 1 something is not, 2 an error, 130 interrupted";

pub(super) const VERIFY: &str = "\
Examples:
  kubectl tcr-switch verify -A
  kubectl tcr-switch verify -A --ignore-mentions    env values and ConfigMaps don't count
  kubectl tcr-switch verify -A --contexts '*'       every cluster of the kubeconfig

Exit codes: 0 all is well, 1 something is left to do, 2 an error, 130 interrupted";

pub(super) const IMAGES: &str = "\
Examples:
  kubectl tcr-switch images -A > used.txt
  kubectl tcr-switch images -A | docker ccr2tcr sync --images -
  kubectl tcr-switch images -A --mutable            tags that are usually pushed again
  kubectl tcr-switch images -A --contexts '*'       of every cluster of the kubeconfig

Exit codes: 0 everything in scope was read, 1 something could not be, 2 an error,
130 interrupted";

pub(super) const REWRITE: &str = "\
Examples:
  kubectl tcr-switch rewrite                                     the diff of this folder
  kubectl tcr-switch rewrite deploy --write                      write it
  kubectl tcr-switch rewrite --check                             for CI and pre-commit
  kubectl tcr-switch rewrite --prove 'kustomize build prod'      and compare what is rendered
  git ls-files -z -- '*.yaml' | kubectl tcr-switch rewrite -

Exit codes: 0 all is well, 1 an image is not in TCR or a file could not be written, or --check
found something, 2 an error, 130 interrupted";

pub(super) const DOCTOR: &str = "\
Examples:
  kubectl tcr-switch doctor                         account, network and this cluster
  kubectl tcr-switch doctor --only cluster          the cluster, and what that needs
  kubectl tcr-switch doctor --probe-nodes -n shop   let nodes pull an image, in pods
  kubectl tcr-switch doctor --list                  which checks there are

Nothing is changed, but for the pods of --probe-nodes, which are deleted again.

Exit codes: 0 nothing failed, 1 something did (or warned, with --fail-on warn), 2 an error,
130 interrupted";

pub(super) const GUARD: &str = "\
Examples:
  kubectl tcr-switch guard -n shop                  warn of new images of CCR in a namespace
  kubectl tcr-switch guard -A --mode deny           refuse them everywhere
  kubectl tcr-switch guard -A --mode deny --exempt monitoring --exempt 'shop/legacy:*'
  kubectl tcr-switch guard -A --mode deny -o yaml   the objects, for a repository
  kubectl tcr-switch guard rewrite -n shop          give new Pods TCR's images, as a stopgap
  kubectl tcr-switch guard status
  kubectl tcr-switch guard remove -A

A ValidatingAdmissionPolicy (Kubernetes 1.30 and newer) looks at Pods and everything with a pod
template, ephemeral containers and image volumes included. What stands may be changed as long as no
image of CCR is added. Tencent's own images (tkeimages/…) and Kubernetes' own namespaces are left
alone. Deny holds for what people and pipelines make; of what controllers make they are warned, so
that pods come back which aren't switched yet (--pods refuses them, too).

Exit codes: 0 it holds, 1 it doesn't, isn't proven, or something still names CCR, 2 an error,
130 interrupted";

pub(super) const GUARD_STATUS: &str = "\
Examples:
  kubectl tcr-switch guard status
  kubectl tcr-switch guard status -o json

Exit codes: 0 a guard holds, 1 none does, or not yet, 2 an error, 130 interrupted";

pub(super) const GUARD_REWRITE: &str = "\
Examples:
  kubectl tcr-switch guard rewrite -n shop --dry-run      what would be rewritten, what not, and why
  kubectl tcr-switch guard rewrite -n shop
  kubectl tcr-switch guard rewrite -A --any-tag           for pipelines that push each new tag to both
  kubectl tcr-switch guard rewrite -A -o kyverno          where the API server has no such policies
  kubectl tcr-switch guard rewrite -A -o hosts-toml       for the nodes, where the mapping renames nothing
  kubectl tcr-switch guard remove -n shop --rewrite

A MutatingAdmissionPolicy (the server is asked whether it has it) looks at new Pods alone: at
containers, init containers and image volumes. It can't ask a registry. So it has a list, of the images
that the objects in scope name, that are proven to be in TCR, and that the Pods of their namespace can
pull; Secrets that they need are added to them. Everything else pulls from CCR as before. Run it again
when something was added. Templates still name CCR: switch them, then remove this.

Exit codes: 0 it works, 1 something stays on CCR, or it is not proven, 2 an error, 130 interrupted";

pub(super) const GUARD_REMOVE: &str = "\
Examples:
  kubectl tcr-switch guard remove -n shop           the guard of one namespace
  kubectl tcr-switch guard remove -A                all of it
  kubectl tcr-switch guard remove -A --rewrite      only what rewrites new Pods

Exit codes: 0 it is gone, 1 it is not, 2 an error, 130 interrupted";

pub(super) const REPORT: &str = "\
Examples:
  kubectl tcr-switch report apply.json --html report.html
  kubectl tcr-switch report sync.json apply.json verify.json --html report.html --lang zh

The page is one file, which asks for nothing over the network.

Exit codes: 0 the page is written, 2 it is not, 130 interrupted";

pub(super) const COPY: &str = "\
Examples:
  kubectl tcr-switch secrets copy -A                             the login that docker has stored
  kubectl tcr-switch secrets copy -A --from-secret shop/tcr      an existing Secret of the cluster
  kubectl tcr-switch secrets copy -A --service-account prod-tke  a new one, which pulls only

TCR's registry must accept the login; otherwise nothing is written.

Exit codes: 0 every namespace that needs one has one, 1 one has not, 2 an error, 130 interrupted";

pub(super) const PRUNE: &str = "\
Examples:
  kubectl tcr-switch secrets prune -A --dry-run
  kubectl tcr-switch secrets prune -A --delete-secrets
  kubectl tcr-switch secrets prune -A --delete-secrets --secrets-backup ~/logins.json
  kubectl tcr-switch secrets prune -n shop --rollback-file back.json

Exit codes: 0 nothing is left to remove, 1 something is, 2 an error, 130 interrupted";
