//! One call of an action: its parameters, read with the types that the SDK gives them.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::error::ApiError;
use crate::cam::Caller;
use crate::content::Contents;
use crate::regions;
use crate::registry::Registry;
use crate::world::{Cloud, Instance, Personal};

/// What an action works with.
pub(crate) struct ActionCall<'a> {
    pub(crate) cloud: &'a mut Cloud,
    pub(crate) parameters: &'a Map<String, Value>,
    /// `X-TC-Region`
    pub(crate) region: &'a str,
    /// Whose key signed it.
    pub(crate) caller: Caller,
}

/// What an action answers: the fields beside `RequestId`.
pub(crate) type ActionResult = Result<Value, ApiError>;

impl ActionCall<'_> {
    /// The number of the caller; a role acts in the account's name.
    pub(crate) fn uin(&self) -> String {
        match self.caller {
            Caller::User => self.cloud.user().to_owned(),
            Caller::Root | Caller::Role { .. } => self.cloud.uin.clone(),
        }
    }

    /// A text parameter; empty if it isn't given. Types were checked before.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.parameters.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A flag; false if it isn't given.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.parameters.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    /// A number.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.parameters.get(name).and_then(Value::as_i64)
    }

    /// A list of texts; empty if it isn't given.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        texts(self.parameters.get(name))
    }

    /// The values of a `Filters` entry; `None` if there is none of this name.
    pub(crate) fn filter(&self, name: &str) -> Option<Vec<String>> {
        let filters = self.parameters.get("Filters")?.as_array()?;
        let filter = filters.iter().find(|filter| filter["Name"] == name)?;
        Some(texts(filter.get("Values")))
    }

    /// Personal Edition of the call's region.
    pub(crate) fn personal(&mut self) -> Result<(&mut Personal, &mut Contents), ApiError> {
        let deployment = regions::deployment(self.region);
        let cloud = &mut *self.cloud;
        let personal = cloud.personal.iter_mut();
        let mut found = personal.filter(|held| regions::deployment(&held.region) == deployment);
        match found.next() {
            Some(personal) if personal.initialised => Ok((personal, &mut cloud.contents)),
            _ => Err(ApiError::no_user()),
        }
    }

    /// The instance that `RegistryId` names, which must be in the call's region.
    pub(crate) fn instance(&mut self) -> Result<&mut Instance, ApiError> {
        let id = self.text("RegistryId").to_owned();
        let instances = self.cloud.enterprise.iter_mut();
        let mut found = instances.filter(|held| held.id == id && held.region == self.region);
        found.next().ok_or_else(|| ApiError::no_instance(&id))
    }

    /// The same, if it is running: an instance that isn't can't be asked for what is in it.
    pub(crate) fn running(&mut self) -> Result<&mut Instance, ApiError> {
        let instance = self.instance()?;
        if instance.status == "Running" {
            return Ok(instance);
        }
        Err(ApiError::new(
            "ResourceInsufficient.ErrorInstanceNotRunning",
            format!("实例状态异常: {}。", instance.status),
            format!("The instance is not running: {}.", instance.status),
        ))
    }

    /// The registry of a running instance, and the content of all.
    pub(crate) fn registry(&mut self) -> Result<(&mut Registry, &mut Contents), ApiError> {
        let id = self.running()?.id.clone();
        let cloud = &mut *self.cloud;
        let instance = cloud.enterprise.iter_mut().find(|held| held.id == id);
        let instance = instance.ok_or_else(|| ApiError::no_instance(&id))?;
        Ok((&mut instance.registry, &mut cloud.contents))
    }

    /// The API's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.cloud.now()
    }

    /// The page of a list whose `Offset` counts items.
    pub(crate) fn items(&self) -> RequestedPage {
        let limit = self.limit("Limit");
        RequestedPage { start: self.not_negative("Offset"), limit }
    }

    /// The page of a list whose `Offset` counts pages from 1; page 0 is page 1: it works for Harbor
    /// (counts from 0) and for image-transfer (from 1).
    pub(crate) fn pages(&self) -> RequestedPage {
        self.numbered("Offset", "Limit")
    }

    /// The same under other names.
    pub(crate) fn numbered(&self, number: &str, size: &str) -> RequestedPage {
        let limit = self.limit(size);
        RequestedPage {
            start: self.not_negative(number).saturating_sub(1).saturating_mul(limit),
            limit,
        }
    }

    fn limit(&self, name: &str) -> usize {
        let asked = self.number(name).and_then(|limit| usize::try_from(limit).ok());
        asked.filter(|&limit| limit > 0).unwrap_or(20).min(self.cloud.page_limit)
    }

    fn not_negative(&self, name: &str) -> usize {
        self.number(name).and_then(|number| usize::try_from(number).ok()).unwrap_or(0)
    }
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let values = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Which entries of a list were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RequestedPage {
    start: usize,
    limit: usize,
}

impl RequestedPage {
    /// All of them.
    pub(crate) const ALL: Self = Self { start: 0, limit: usize::MAX };

    /// The entries of the page; an empty list is `null`, as Tencent's services often answer.
    pub(crate) fn of<T>(
        self,
        all: impl IntoIterator<Item = T>,
        show: impl FnMut(T) -> Value,
    ) -> Value {
        let list: Vec<Value> =
            all.into_iter().skip(self.start).take(self.limit).map(show).collect();
        if list.is_empty() { Value::Null } else { Value::Array(list) }
    }
}
