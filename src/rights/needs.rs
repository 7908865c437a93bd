//! What each step needs: a row for each action that is called, and for what registries ask CAM.
//!
//! An action of the client without a row here fails a test, so that no step can need a right which
//! `policy` doesn't print.

use super::scope::On;
use super::step::Step::{
    self, AssumeRole, Doctor, Domain, Instances, InstancesPlan, Login, Network, Plan, PolicyCheck,
    Pull, ReadCcr, Redirect, Replicate, Rewrite, ServiceAccount, Sync, Triggers, TriggersApply,
    Usage,
};

/// One right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// `tcr:CreateNamespace`; with a second name where CAM's table has another than the API.
    pub actions: &'static [&'static str],
    /// What it is needed on.
    pub on: On,
    /// What it is for.
    pub why: &'static str,
    /// The steps that fail without it. What contains one of them needs it too.
    pub required: &'static [Step],
    /// The steps that do without it, and say so.
    pub optional: &'static [Step],
}

const fn need(
    actions: &'static [&'static str],
    on: On,
    why: &'static str,
    required: &'static [Step],
    optional: &'static [Step],
) -> Need {
    Need { actions, on, why, required, optional }
}

/// All of them.
#[rustfmt::skip]
pub const NEEDS: &[Need] = &[
    need(&["tcr:DescribeNamespacePersonal"], On::Everything, "list the namespaces of CCR", &[ReadCcr], &[Rewrite, Doctor, InstancesPlan]),
    need(&["tcr:DescribeRepositoryOwnerPersonal"], On::PersonalList, "list the repositories of CCR", &[ReadCcr, Triggers], &[Doctor, InstancesPlan]),
    need(&["tcr:DescribeImagePersonal"], On::Everything, "list the tags of CCR", &[ReadCcr], &[]),
    need(&["tcr:DescribeRepositoryFilterPersonal"], On::Everything, "see whether permissions cut CCR's lists short", &[], &[ReadCcr, Rewrite, Doctor, Usage, InstancesPlan]),
    need(&["tcr:DescribeUserQuotaPersonal"], On::Everything, "see CCR's quotas", &[], &[ReadCcr, Doctor]),
    // Asked by CCR's registry, not by the API.
    need(&["tcr:PullRepositoryPersonal"], On::PersonalContent, "pull from CCR", &[Pull], &[Rewrite]),

    need(&["tcr:DescribeInstances"], On::Instances, "find the instance", &[Instances], &[PolicyCheck, Doctor]),
    need(&["tcr:DescribeInstanceCustomizedDomain"], On::Everything, "find the instance by a custom domain (--tcr-host), see its domains", &[Domain], &[Plan, Doctor]),
    need(&["tcr:CreateInstanceCustomizedDomain"], On::Everything, "serve a domain", &[Domain], &[]),
    need(&["tcr:DeleteInstanceCustomizedDomain"], On::Everything, "undo that", &[Domain], &[]),
    need(&["tcr:DescribeReplicationPolicies"], On::Everything, "read the rules that copy to other instances", &[Replicate], &[InstancesPlan]),
    need(&["tcr:ManageReplication"], On::Instance, "make such a rule", &[Replicate], &[]),
    need(&["tcr:DeleteReplicationRule"], On::Everything, "undo that", &[Replicate], &[]),
    need(&["tcr:CheckInstance"], On::Everything, "see in which region the other instance is", &[Replicate], &[]),
    need(&["tcr:DescribeNamespaces"], On::AllContent, "list the namespaces of TCR", &[Plan, Replicate, ServiceAccount], &[Rewrite, Doctor, InstancesPlan]),
    need(&["tcr:DescribeRepositories"], On::AllContent, "list the repositories of TCR", &[Plan], &[InstancesPlan]),
    need(&["tcr:DescribeImages"], On::Content, "list the tags of TCR", &[Plan], &[Rewrite]),
    need(&["tcr:DescribeWebhookTrigger"], On::Everything, "see webhooks, which a copy would call", &[TriggersApply], &[Plan, Doctor]),
    need(&["tcr:DescribeImmutableTagRules"], On::Everything, "warn of tags that can't be overwritten", &[], &[Plan, Doctor]),
    need(&["tcr:DescribeTagRetentionRules"], On::Everything, "warn of rules that delete tags", &[], &[Plan, Doctor]),
    need(&["tcr:CreateNamespace"], On::Content, "create namespaces in TCR", &[Sync], &[]),
    need(&["tcr:CreateRepository"], On::Content, "create a repository that has a description", &[Sync], &[]),
    need(&["tcr:ModifyRepository"], On::Content, "copy a repository's description", &[Sync], &[]),
    need(&["tcr:CreateInstanceToken"], On::Instance, "log in to TCR's registry", &[Login], &[Rewrite, Doctor]),
    // Asked by TCR's registry, not by the API.
    need(&["tcr:PullRepository"], On::Content, "pull from TCR", &[Plan], &[Rewrite]),
    need(&["tcr:PushRepository"], On::Content, "push to TCR", &[Sync], &[]),
    // CAM's table of what is granted on what (598/70035) calls it by its older name.
    need(&["tcr:CreateServiceAccount", "tcr:CreateCustomAccount"], On::Everything, "create a service account", &[ServiceAccount], &[]),

    need(&["tcr:DescribeInternalEndpoints"], On::Instance, "see which VPCs are linked", &[Network, Redirect], &[Domain, Doctor, InstancesPlan]),
    need(&["tcr:ManageInternalEndpoint"], On::Instance, "link a VPC, or undo it", &[Network], &[]),
    need(&["tcr:CreateInternalEndpointDns"], On::Everything, "let a VPC resolve the instance's names", &[Network], &[]),
    need(&["tcr:DeleteInternalEndpointDns"], On::Everything, "undo that", &[Network], &[]),
    need(&["tcr:DescribeInternalEndpointDnsStatus"], On::Everything, "see which VPCs resolve the instance's names", &[Network, Redirect], &[Doctor]),
    need(&["tcr:ManageExternalEndpoint"], On::Instance, "open or close the public entry", &[Network], &[]),
    need(&["tcr:DescribeExternalEndpointStatus"], On::Instance, "see whether the public entry is open", &[Network], &[Doctor]),
    need(&["tcr:DescribeSecurityPolicies"], On::Everything, "read the public entry's allowlist", &[Network], &[Doctor]),
    need(&["tcr:CreateSecurityPolicy"], On::Instance, "add to the allowlist", &[Network], &[]),
    need(&["tcr:DeleteSecurityPolicy"], On::Instance, "take from the allowlist", &[Network], &[]),
    need(&["tcr:DescribeReplicationInstances"], On::Everything, "see the instance's replicas", &[Network, Redirect], &[Doctor, InstancesPlan]),
    need(&["tcr:CreateWebhookTrigger"], On::Everything, "create webhooks", &[TriggersApply], &[]),
    need(&["tcr:DeleteWebhookTrigger"], On::Everything, "undo that", &[TriggersApply], &[]),
    need(&["tcr:DescribeApplicationTriggerPersonal"], On::Everything, "read CCR's triggers", &[Triggers], &[]),
    need(&["tcr:DescribeApplicationTriggerLogPersonal"], On::Everything, "see when CCR's triggers fired last", &[], &[Triggers]),
    need(&["tcr:DescribeImageLifecyclePersonal"], On::Everything, "read CCR's clean-up rules", &[], &[Triggers]),
    need(&["tcr:DescribeImageLifecycleGlobalPersonal"], On::Everything, "read CCR's clean-up rule for all", &[], &[Triggers]),

    need(&["vpc:DescribeVpcs"], On::Everything, "read VPCs and their DNS servers", &[Network, Redirect], &[Doctor]),
    need(&["vpc:DescribeSubnets"], On::Everything, "choose a subnet with free addresses", &[Network], &[]),
    need(&["privatedns:DescribePrivateZoneService"], On::Everything, "see whether private DNS is on", &[Redirect], &[]),
    need(&["privatedns:SubscribePrivateZoneService"], On::Everything, "switch private DNS on", &[Redirect], &[]),
    need(&["privatedns:DescribePrivateZoneList"], On::Everything, "find private zones", &[Redirect], &[]),
    need(&["privatedns:DescribePrivateZoneRecordList"], On::Everything, "read private zones", &[Redirect], &[]),
    need(&["privatedns:CreatePrivateZone"], On::Everything, "create the zone of the redirect", &[Redirect], &[]),
    need(&["privatedns:DeletePrivateZone"], On::Everything, "undo that", &[Redirect], &[]),
    need(&["privatedns:CreatePrivateZoneRecord"], On::Everything, "redirect CCR's name", &[Redirect], &[]),
    need(&["privatedns:DeletePrivateZoneRecord"], On::Everything, "undo that", &[Redirect], &[]),
    need(&["privatedns:AddSpecifyPrivateZoneVpc"], On::Everything, "let a VPC see the zone", &[Redirect], &[]),
    need(&["privatedns:DeleteSpecifyPrivateZoneVpc"], On::Everything, "undo that", &[Redirect], &[]),
    need(&["tke:DescribeRegions"], On::Everything, "find the regions that may have clusters", &[], &[InstancesPlan]),
    need(&["tke:DescribeClusters"], On::Everything, "find a cluster's VPC", &[], &[Doctor, InstancesPlan]),
    need(&["tke:DescribeEKSClusters"], On::Everything, "find the VPCs of serverless clusters", &[], &[InstancesPlan]),
    need(&["tke:DescribeClusterEndpoints"], On::Everything, "tell which cluster a kubeconfig is for", &[], &[Doctor]),
    need(&["tke:DescribeClusterInstances"], On::Everything, "tell which cluster nodes belong to", &[], &[Doctor]),
    need(&["tke:DescribeAddon"], On::Everything, "see the addon of a cluster", &[], &[Doctor]),
    need(&["ssl:DescribeCertificates"], On::Everything, "check the certificate of a custom domain", &[Domain], &[Doctor]),
    need(&["cloudaudit:DescribeEvents"], On::Everything, "see who pulls from CCR", &[], &[Usage]),

    need(&["sts:GetCallerIdentity"], On::Everything, "see whose key it is", &[PolicyCheck], &[Doctor, Usage]),
    need(&["sts:AssumeRole"], On::Everything, "get a role's key", &[AssumeRole], &[]),
    // Its caller has no key yet: the role's trust in the identity provider decides.
    need(&["sts:AssumeRoleWithWebIdentity"], On::Everything, "get a role's key in a pod", &[], &[]),
    need(&["cam:ListAttachedUserAllPolicies"], On::Everything, "read the policies of a user", &[], &[PolicyCheck, Doctor]),
    need(&["cam:ListAttachedRolePolicies"], On::Everything, "read the policies of a role", &[], &[PolicyCheck, Doctor]),
    need(&["cam:GetPolicy"], On::Everything, "read what a policy says", &[], &[PolicyCheck, Doctor]),
    need(&["cam:GetUserPermissionBoundary"], On::Everything, "read a user's permission boundary", &[], &[PolicyCheck, Doctor]),
];

impl Need {
    /// Whether it is an action of the Personal Edition, for which CCR's key is used.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        self.actions.iter().all(|action| action.ends_with("Personal"))
    }

    /// Whether the step fails without it; `None` if the step never needs it.
    #[must_use]
    pub fn is_required_by(&self, step: Step) -> Option<bool> {
        let has = |steps: &[Step]| step.parts().iter().any(|part| steps.contains(part));
        match (has(self.required), has(self.optional)) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::tencent::{ACTIONS, Resource};

    #[test]
    fn every_action_that_is_called_has_a_row_which_agrees_with_it() {
        for action in ACTIONS {
            let name = format!("{}:{}", action.service.name, action.name);
            let row = NEEDS.iter().find(|need| need.actions[0] == name);
            let row = row.unwrap_or_else(|| panic!("{name}: which steps need it?"));
            let on = match row.on {
                On::Everything => Resource::Any,
                On::Instances => Resource::Instances,
                On::Instance => Resource::Instance,
                On::AllContent | On::Content => Resource::Content,
                On::PersonalList | On::PersonalContent => Resource::PersonalRepositories,
            };
            assert_eq!(on, action.on, "{name}");
        }
    }

    #[test]
    fn no_action_has_two_rows_and_every_step_needs_something() {
        let mut names = HashSet::new();
        for action in NEEDS.iter().flat_map(|need| need.actions) {
            assert!(names.insert(action), "{action}");
        }
        for step in Step::all() {
            assert!(NEEDS.iter().any(|need| need.is_required_by(*step).is_some()), "{step}");
        }
    }

    #[test]
    fn a_step_needs_what_its_parts_need() {
        let row = |name| *NEEDS.iter().find(|need| need.actions[0] == name).unwrap();
        let quota = row("tcr:DescribeUserQuotaPersonal");
        assert_eq!(quota.is_required_by(Step::Sync), Some(false));
        assert_eq!(row("tcr:DescribeInstances").is_required_by(Step::Sync), Some(true));
        assert_eq!(row("tcr:PushRepository").is_required_by(Step::Verify), None);
    }
}
