//! Reading and writing one object.

use bytes::Bytes;
use http::Method;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use url::form_urlencoded;

use super::client::Cluster;
use super::error::ClusterError;
use super::retry::RetryPolicy;
use super::transport::ApiCall;

/// Who has written, in an object's `managedFields`.
pub const FIELD_MANAGER: &str = "tcr-switch";

/// The name of the admission policy with which a cluster refuses images of CCR; those for special cases
/// begin with it.
pub const GUARD_POLICY: &str = "tcr-switch-guard";

/// Of an object that was written, its metadata is answer enough, and a Secret's content is best not
/// sent back at all. A server that can't do so gives the whole object.
const METADATA_ALONE: &str =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

/// Whether a write is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// The server checks it with all its rules and webhooks, but keeps nothing.
    DryRun,
    /// It is done.
    Real,
}

impl Cluster {
    /// The object at a path, or any other JSON that the server has.
    ///
    /// # Errors
    /// [`ClusterError`], after repetitions where they may help.
    pub async fn get(&self, path: &str) -> Result<Value, ClusterError> {
        self.json(ApiCall::get(path)).await
    }

    /// The same; `None` if there is nothing at the path.
    ///
    /// # Errors
    /// As [`Cluster::get`].
    pub async fn find(&self, path: &str) -> Result<Option<Value>, ClusterError> {
        match self.get(path).await {
            Ok(object) => Ok(Some(object)),
            Err(ClusterError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Changes an object by a JSON patch (RFC 6902).
    ///
    /// A patch is sent again only if the server said that it did nothing (429), a dry run likewise
    /// after a lost connection.
    ///
    /// # Errors
    /// [`ClusterError::Changed`] if a `test` of the patch fails, or a path that it needs is missing.
    /// After an error of which [`ClusterError::may_have_been_done`] is true, only reading the object
    /// again tells how it is.
    pub async fn patch(
        &self,
        path: &str,
        patch: &json_patch::Patch,
        mode: Write,
    ) -> Result<(), ClusterError> {
        self.done(json_patch(path, patch, mode)?).await
    }

    /// The object as it would be after a JSON patch; the server keeps nothing.
    ///
    /// # Errors
    /// As [`Cluster::patch`].
    pub async fn preview(
        &self,
        path: &str,
        patch: &json_patch::Patch,
    ) -> Result<Value, ClusterError> {
        let call = json_patch(path, patch, Write::DryRun)?;
        self.json(ApiCall { accept: "application/json", ..call }).await
    }

    /// Changes an object by a JSON patch; gives it as it was at that moment, with the status that its
    /// controller had left.
    ///
    /// # Errors
    /// As [`Cluster::patch`].
    pub async fn patched(
        &self,
        path: &str,
        patch: &json_patch::Patch,
    ) -> Result<Value, ClusterError> {
        let call = json_patch(path, patch, Write::Real)?;
        self.json(ApiCall { accept: "application/json", ..call }).await
    }

    /// The same, and no more than the metadata is given.
    ///
    /// # Errors
    /// As [`Cluster::patch`].
    pub async fn patched_metadata(
        &self,
        path: &str,
        patch: &json_patch::Patch,
    ) -> Result<Value, ClusterError> {
        self.json(json_patch(path, patch, Write::Real)?).await
    }

    /// Creates an object; the path is the kind's.
    ///
    /// # Errors
    /// [`ClusterError::AlreadyExists`], or as [`Cluster::patch`].
    pub async fn create(
        &self,
        path: &str,
        object: &Value,
        mode: Write,
    ) -> Result<(), ClusterError> {
        self.done(write(Method::POST, path, object, mode)?).await
    }

    /// Creates an object; the path is its own.
    ///
    /// # Errors
    /// As [`Cluster::create`].
    pub async fn create_at(
        &self,
        path: &str,
        object: &Value,
        mode: Write,
    ) -> Result<(), ClusterError> {
        let kinds = path.rsplit_once('/').map_or(path, |(start, _)| start);
        self.create(kinds, object, mode).await
    }

    /// Creates an object as a dry run; the path is the kind's. The warnings of the server, its
    /// admission policies' among them.
    ///
    /// # Errors
    /// As [`Cluster::create`].
    pub async fn try_create(
        &self,
        path: &str,
        object: &Value,
    ) -> Result<Vec<String>, ClusterError> {
        let call = write(Method::POST, path, object, Write::DryRun)?;
        self.transport.exchange(&call).await.map(|answer| answer.warnings())
    }

    /// An object as it would be after its creation: fields that the server doesn't know are gone.
    /// The server keeps nothing; the path is the kind's.
    ///
    /// # Errors
    /// As [`Cluster::create`].
    pub async fn preview_create(&self, path: &str, object: &Value) -> Result<Value, ClusterError> {
        let call = write(Method::POST, path, object, Write::DryRun)?;
        self.json(ApiCall { accept: "application/json", ..call }).await
    }

    /// Puts an object in the place of the one at the path. With a `resourceVersion` in it, only if
    /// nobody else has changed that.
    ///
    /// # Errors
    /// [`ClusterError::Changed`] if somebody has, or as [`Cluster::patch`].
    pub async fn replace(
        &self,
        path: &str,
        object: &Value,
        mode: Write,
    ) -> Result<(), ClusterError> {
        self.done(write(Method::PUT, path, object, mode)?).await
    }

    /// Deletes the object at a path only if it is still the one of this version, or only for show.
    ///
    /// # Errors
    /// [`ClusterError::Changed`] if it isn't, or as [`Cluster::patch`].
    pub async fn delete_unchanged(
        &self,
        path: &str,
        resource_version: &str,
        mode: Write,
    ) -> Result<(), ClusterError> {
        self.delete_if(path, serde_json::json!({ "resourceVersion": resource_version }), mode).await
    }

    /// Deletes the object at a path only if it is still the one with this `uid`, however it has
    /// changed. What it owns is deleted after it, as kubectl does it; the pods of a Job would stay
    /// without that word.
    ///
    /// # Errors
    /// [`ClusterError::Changed`] if it is another one, or as [`Cluster::patch`].
    pub async fn delete_same(&self, path: &str, uid: &str) -> Result<(), ClusterError> {
        self.delete_if(path, serde_json::json!({ "uid": uid }), Write::Real).await
    }

    async fn delete_if(
        &self,
        path: &str,
        preconditions: Value,
        mode: Write,
    ) -> Result<(), ClusterError> {
        let mut options = serde_json::json!({
            "apiVersion": "v1", "kind": "DeleteOptions", "preconditions": preconditions,
            "propagationPolicy": "Background",
        });
        // Where there is a body, the server doesn't look at the query (`DeleteResource` in
        // apiserver's `handlers/delete.go`): `dryRun` there alone would really delete.
        if mode == Write::DryRun {
            options["dryRun"] = serde_json::json!(["All"]);
        }
        self.done(write(Method::DELETE, path, &options, mode)?).await
    }

    /// Sends a write. That the answer is JSON tells the API server's from a login page's.
    async fn done(&self, call: ApiCall) -> Result<(), ClusterError> {
        self.answer::<IgnoredAny>(call).await.map(drop)
    }

    /// Sends a call and reads its answer as JSON.
    pub(super) async fn json(&self, call: ApiCall) -> Result<Value, ClusterError> {
        self.answer(call).await
    }

    async fn answer<T: DeserializeOwned>(&self, call: ApiCall) -> Result<T, ClusterError> {
        let body = self.transport.send(&call).await?;
        serde_json::from_slice(&body).map_err(|error| ClusterError::Protocol {
            subject: Box::new(call.subject()),
            reason: error.to_string(),
        })
    }
}

fn json_patch(path: &str, patch: &json_patch::Patch, mode: Write) -> Result<ApiCall, ClusterError> {
    let call = write(Method::PATCH, path, patch, mode)?;
    Ok(ApiCall { content_type: "application/json-patch+json", ..call })
}

fn write(
    method: Method,
    path: &str,
    body: &impl serde::Serialize,
    mode: Write,
) -> Result<ApiCall, ClusterError> {
    let call = ApiCall::get(path);
    let body = serde_json::to_vec(body).map_err(|error| ClusterError::Protocol {
        subject: Box::new(super::subject::Subject::of(&method, path)),
        reason: error.to_string(),
    })?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    // The server takes no field manager for what it deletes.
    if method != Method::DELETE {
        query.append_pair("fieldManager", FIELD_MANAGER);
    }
    if mode == Write::DryRun {
        query.append_pair("dryRun", "All");
    }
    let repeat = match mode {
        Write::DryRun => RetryPolicy::Freely,
        Write::Real => RetryPolicy::IfNothingWasDone,
    };
    let path = with_query(path, &query.finish());
    Ok(ApiCall { method, path, accept: METADATA_ALONE, body: Bytes::from(body), repeat, ..call })
}

/// Joins a path, which may have a query already, and a query, which may be empty.
pub(super) fn with_query(path: &str, query: &str) -> String {
    match (query.is_empty(), path.contains('?')) {
        (true, _) => path.to_owned(),
        (false, true) => format!("{path}&{query}"),
        (false, false) => format!("{path}?{query}"),
    }
}

#[cfg(test)]
mod tests;
