//! Reading what a key may: who it belongs to, and that user's or role's policies.

use futures::future::join_all;

use super::document::Document;
use super::judge::{Judgement, NamedPolicy, judge};
use super::resource::ResourcePattern;
use crate::tencent::{
    Api, ApiError, AttachedPolicy, Identity, Listing, identity, permission_boundary,
    policy_document, role_policies, user_policies,
};

/// What a key may do, as far as it can be read.
#[derive(Debug, Clone)]
pub struct Rights {
    identity: Identity,
    holder: Holder,
    policies: Vec<NamedPolicy>,
    boundary: Option<NamedPolicy>,
    unread: Vec<String>,
}

/// What kind of user a key belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// The account itself, which may do everything.
    Root,
    /// A user of the account.
    User,
    /// A role, with its id.
    Role(String),
    /// Someone whose policies can't be asked for.
    Other,
}

impl Rights {
    /// Asks STS whose key it is, and CAM for the policies. What CAM refuses is remembered as unread.
    ///
    /// # Errors
    /// What STS said, if it doesn't say whose key it is.
    pub async fn read(api: &Api) -> Result<Self, ApiError> {
        Ok(Self::of(api, identity(api).await?).await)
    }

    /// The same of two keys; those of one user are read once.
    ///
    /// # Errors
    /// As of one.
    pub async fn read_both(apis: [&Api; 2]) -> Result<[Self; 2], ApiError> {
        let [one, other] = apis.map(identity);
        let (one, other) = futures::try_join!(one, other)?;
        Ok(Self::of_both(apis, [one, other]).await)
    }

    /// The same where it is known whose keys they are.
    pub async fn of_both([one, other]: [&Api; 2], [first, second]: [Identity; 2]) -> [Self; 2] {
        if first == second {
            let rights = Self::of(one, first).await;
            return [rights.clone(), rights];
        }
        futures::join!(Self::of(one, first), Self::of(other, second)).into()
    }

    async fn of(api: &Api, identity: Identity) -> Self {
        let holder = Holder::of(&identity);
        let mut rights =
            Self { identity, holder, policies: Vec::new(), boundary: None, unread: Vec::new() };
        match rights.holder.clone() {
            Holder::Root => {}
            Holder::User => {
                let user = rights.identity.user.clone();
                let listing = user_policies(api, &user);
                let (listing, boundary) = futures::join!(listing, permission_boundary(api, &user));
                rights.take(api, listing).await;
                match boundary {
                    Ok(Some(boundary)) => {
                        rights.boundary = rights.parsed(&boundary.name, &boundary.document);
                    }
                    Ok(None) => {}
                    Err(error) => rights.miss(format!("the permission boundary: {error}")),
                }
            }
            Holder::Role(id) => {
                let listing = role_policies(api, &id).await;
                rights.take(api, listing).await;
            }
            Holder::Other => {
                let who = format!("the policies of {}, which is no user or role", rights.who());
                rights.miss(who);
            }
        }
        rights
    }

    async fn take(&mut self, api: &Api, listing: Result<Listing<AttachedPolicy>, ApiError>) {
        let listing = match listing {
            Ok(listing) => listing,
            Err(error) => return self.miss(format!("the list of policies: {error}")),
        };
        if !listing.is_complete() {
            let (counted, listed) = (listing.counted, listing.items.len());
            self.miss(format!("{listed} of {counted} policies are listed"));
        }
        let documents = listing.items.iter().map(|policy| policy_document(api, &policy.id));
        let documents = join_all(documents).await;
        for (policy, document) in listing.items.into_iter().zip(documents) {
            match document {
                Ok(Some(document)) => {
                    let policy = self.parsed(&policy.name, &document);
                    self.policies.extend(policy);
                }
                Ok(None) => self.miss(format!("the policy {}: CAM shows no document", policy.name)),
                Err(error) => self.miss(format!("the policy {}: {error}", policy.name)),
            }
        }
    }

    fn parsed(&mut self, name: &str, document: &str) -> Option<NamedPolicy> {
        match Document::parse(document) {
            Ok(document) => Some(NamedPolicy { name: name.to_owned(), document }),
            Err(error) => {
                self.miss(format!("the policy {name}: {error}"));
                None
            }
        }
    }

    fn miss(&mut self, what: String) {
        self.unread.push(what);
    }

    /// Whose key it is.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What kind of user that is.
    #[must_use]
    pub fn holder(&self) -> &Holder {
        &self.holder
    }

    /// The user in words.
    #[must_use]
    pub fn who(&self) -> String {
        let Identity { account, user, arn, .. } = &self.identity;
        match &self.holder {
            Holder::Root => format!("the root user of account {account}"),
            Holder::User => format!("user {user} of account {account}"),
            Holder::Role(id) => format!("role {id} of account {account}"),
            Holder::Other => format!("{arn} of account {account}"),
        }
    }

    /// The policies that were read.
    #[must_use]
    pub fn policies(&self) -> &[NamedPolicy] {
        &self.policies
    }

    /// The permission boundary, if the user has one.
    #[must_use]
    pub fn boundary(&self) -> Option<&NamedPolicy> {
        self.boundary.as_ref()
    }

    /// What could not be read, each with its reason.
    #[must_use]
    pub fn unread(&self) -> &[String] {
        &self.unread
    }

    /// Whether the key may do this: `judge("tcr:CreateNamespace", "qcs::tcr:::repository/tcr-1/*")`.
    ///
    /// `*` is the resource of an action that CAM grants on everything only. Granted is what the
    /// policies say; a session policy, which a role's key may carry, can't be read.
    #[must_use]
    pub fn judge(&self, action: &str, resource: &str) -> Judgement {
        if self.holder == Holder::Root {
            return Judgement::Granted { by: "being the root user".to_owned() };
        }
        let unread = (!self.unread.is_empty()).then_some("not all policies can be read");
        let resource = ResourcePattern::parse(resource);
        let judgement = judge(&self.policies, unread, action, &resource);
        let Some(boundary) = &self.boundary else { return judgement };
        let within = judge(std::slice::from_ref(boundary), None, action, &resource);
        let within = match within {
            Judgement::Lacking { .. } => Judgement::Lacking {
                why: format!("not within the permission boundary {}", boundary.name),
            },
            other => other,
        };
        judgement.and(within)
    }
}

impl Holder {
    /// By what STS answers: the number of a user, `ROLE-ID:SESSION` of a role, `UIN:NAME` of a
    /// federated user.
    fn of(identity: &Identity) -> Self {
        let Identity { account, user, arn, kind } = identity;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if kind == "CAMRole" || arn.contains(":assumed-role/") {
            let id = user.split(':').next().unwrap_or_default();
            return if id.is_empty() { Self::Other } else { Self::Role(id.to_owned()) };
        }
        match is_number(user) {
            true if user == account => Self::Root,
            true => Self::User,
            false => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::tencent::Refusal;

    fn refused(action: &str) -> ApiError {
        ApiError::Refused(Box::new(Refusal {
            action: action.to_owned(),
            code: "UnauthorizedOperation".to_owned(),
            message: "no".to_owned(),
            request_id: Some("r-1".to_owned()),
            service: "cam",
            region: "ap-guangzhou".to_owned(),
            origin: "the test".to_owned(),
            clock_ahead: None,
        }))
    }

    fn document(action: &str) -> String {
        let statement = json!({"effect": "allow", "action": action, "resource": "*"});
        json!({"version": "2.0", "statement": [statement]}).to_string()
    }

    async fn read(
        script: impl Fn(&str, &Value) -> Option<Value> + Send + Sync + 'static,
    ) -> Rights {
        let answer = move |action: &str, payload: &Value| {
            script(action, payload).ok_or_else(|| refused(action))
        };
        Rights::read(&Api::scripted(Arc::new(answer))).await.unwrap()
    }

    fn user(action: &str, payload: &Value) -> Option<Value> {
        Some(match action {
            "GetCallerIdentity" => json!({"AccountId": "1", "UserId": "2", "Type": "CAMUser",
                "Arn": "qcs::cam::uin/1:uin/2"}),
            "ListAttachedUserAllPolicies" => {
                assert_eq!(payload["TargetUin"], 2);
                json!({"TotalNum": 2, "PolicyList": [
                    {"PolicyId": "7", "PolicyName": "own", "Groups": null},
                    {"PolicyId": 8, "PolicyName": "teams", "Groups": [{"GroupName": "ops"}]}]})
            }
            "GetPolicy" if payload["PolicyId"] == 7 => {
                json!({"PolicyName": "own", "PolicyDocument": document("tcr:Describe*")})
            }
            "GetPolicy" => json!({"PolicyName": "teams", "PolicyDocument": document("tcr:Push*")}),
            "GetUserPermissionBoundary" => json!({"PolicyId": null, "PolicyDocument": null}),
            _ => return None,
        })
    }

    fn granted(by: &str) -> Judgement {
        Judgement::Granted { by: by.to_owned() }
    }

    #[tokio::test]
    async fn a_users_own_policies_and_those_of_groups_count() {
        let rights = read(user).await;
        assert_eq!(rights.who(), "user 2 of account 1");
        assert_eq!(rights.judge("tcr:DescribeImages", "*"), granted("own"));
        assert_eq!(rights.judge("tcr:PushRepository", "*"), granted("teams"));
        let lacking = Judgement::Lacking { why: "no policy allows it".to_owned() };
        assert_eq!(rights.judge("tcr:CreateNamespace", "*"), lacking);
    }

    #[tokio::test]
    async fn a_boundary_cuts_what_policies_grant() {
        let rights = read(|action, payload| match action {
            "GetUserPermissionBoundary" => Some(
                json!({"PolicyId": 9, "PolicyName": "edge", "PolicyDocument": document("tcr:Push*")}),
            ),
            _ => user(action, payload),
        })
        .await;
        assert_eq!(rights.judge("tcr:PushRepository", "*"), granted("teams"));
        let why = "not within the permission boundary edge".to_owned();
        assert_eq!(rights.judge("tcr:DescribeImages", "*"), Judgement::Lacking { why });
    }

    #[tokio::test]
    async fn what_cam_does_not_show_leaves_everything_open() {
        let rights = read(|action, payload| match action {
            "GetPolicy" if payload["PolicyId"] == 8 => None,
            _ => user(action, payload),
        })
        .await;
        assert_eq!(
            rights.unread(),
            ["the policy teams: GetPolicy was refused: no (UnauthorizedOperation, RequestId r-1)"]
        );
        let open = Judgement::NotProven { why: "not all policies can be read".to_owned() };
        assert_eq!(rights.judge("tcr:DescribeImages", "*"), open);
        assert_eq!(rights.judge("tcr:PushRepository", "*"), open);
    }

    #[tokio::test]
    async fn the_root_user_may_do_all_and_a_role_has_its_own_policies() {
        let root = read(|action, _| {
            (action == "GetCallerIdentity").then(|| json!({"AccountId": 1, "UserId": 1}))
        })
        .await;
        assert_eq!(root.holder(), &Holder::Root);
        assert_eq!(root.judge("tcr:DeleteInstance", "*"), granted("being the root user"));
        let role = read(|action, payload| match action {
            "GetCallerIdentity" => {
                Some(json!({"AccountId": "1", "UserId": "46:ci", "Type": "CAMRole"}))
            }
            "ListAttachedRolePolicies" => {
                assert_eq!(payload["RoleId"], "46");
                Some(json!({"TotalNum": 1, "List": [{"PolicyId": 7, "PolicyName": "own"}]}))
            }
            _ => user(action, payload),
        })
        .await;
        assert_eq!(role.holder(), &Holder::Role("46".to_owned()));
        assert_eq!(role.judge("tcr:DescribeImages", "*"), granted("own"));
        let federated = read(|action, _| {
            (action == "GetCallerIdentity").then(|| json!({"AccountId": "1", "UserId": "2:bob"}))
        })
        .await;
        assert_eq!(federated.holder(), &Holder::Other);
        assert!(matches!(federated.judge("tcr:X", "*"), Judgement::NotProven { .. }));
    }
}
