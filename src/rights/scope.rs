//! What a right is needed on, and how CAM writes that.

use crate::tencent::Region;

/// What a right is needed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum On {
    /// `*`: the action's level is the operation, or isn't documented where this program's facts are
    /// from; `*` is right for both.
    Everything,
    /// All instances.
    Instances,
    /// One instance.
    Instance,
    /// All that is in an instance: a list that isn't asked for by namespace.
    AllContent,
    /// The namespaces in question, and what is in them.
    Content,
    /// All repositories of the Personal Edition: a list.
    PersonalList,
    /// The repositories of the Personal Edition's namespaces in question.
    PersonalContent,
}

/// How far rights reach. What isn't known is not narrowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// The number of the account; policies that leave it out mean their own.
    pub account: Option<String>,
    /// The instance's id.
    pub instance: Option<String>,
    /// The instance's region.
    pub instance_region: Option<Region>,
    /// CCR's regions.
    pub personal_regions: Vec<Region>,
    /// The namespaces, as CCR and as TCR calls each; none means all.
    pub namespaces: Vec<MovedNamespace>,
}

/// A namespace under both its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedNamespace {
    /// In CCR.
    pub personal: String,
    /// In TCR.
    pub enterprise: String,
}

impl Scope {
    /// The resources, as a policy names them.
    #[must_use]
    pub fn resources(&self, on: On) -> Vec<String> {
        let id = self.instance.as_deref().unwrap_or("*");
        let enterprise = |resource: String| self.named(self.instance_region.as_ref(), &resource);
        match on {
            On::Everything => vec!["*".to_owned()],
            On::Instances => vec![self.named(None, "instance/*")],
            On::Instance => vec![enterprise(format!("instance/{id}"))],
            On::AllContent => vec![enterprise(format!("repository/{id}/*"))],
            On::Content if self.namespaces.is_empty() => self.resources(On::AllContent),
            On::Content => self
                .namespaces
                .iter()
                .map(|namespace| &namespace.enterprise)
                // The namespace itself, to create it, and what is in it.
                .flat_map(|name| [format!("{id}/{name}"), format!("{id}/{name}/*")])
                .map(|path| enterprise(format!("repository/{path}")))
                .collect(),
            On::PersonalList => self.personal("repo/*"),
            On::PersonalContent if self.namespaces.is_empty() => self.personal("repo/*"),
            On::PersonalContent => self
                .namespaces
                .iter()
                .flat_map(|namespace| self.personal(&format!("repo/{}/*", namespace.personal)))
                .collect(),
        }
    }

    fn personal(&self, resource: &str) -> Vec<String> {
        match self.personal_regions.as_slice() {
            [] => vec![self.named(None, resource)],
            regions => regions.iter().map(|region| self.named(Some(region), resource)).collect(),
        }
    }

    fn named(&self, region: Option<&Region>, resource: &str) -> String {
        let region = region.map(Region::as_str).unwrap_or_default();
        let account = self.account.as_ref().map(|number| format!("uin/{number}"));
        format!("qcs::tcr:{region}:{}:{resource}", account.unwrap_or_default())
    }
}
