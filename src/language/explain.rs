//! What a common error means and what to do about it, for who would rather not read English.

use super::{Lang, Table};
use crate::diagnostic::CommonError;

const ERRORS: &str = include_str!("zh/errors.po");

impl Lang {
    /// What is said below the error's own line and hint, which stay as they are: nothing in English.
    #[must_use]
    pub fn explains(self, error: CommonError) -> Option<String> {
        match self {
            Self::En => None,
            Self::Zh => Table::read(ERRORS).get(error.key()).map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_error_is_explained_and_nothing_else_is() {
        let table = Table::read(ERRORS);
        let explained: BTreeSet<&str> = table.iter().map(|(key, _)| key).collect();
        assert_eq!(explained, CommonError::ALL.map(CommonError::key).into_iter().collect());
        for (key, text) in table.iter() {
            assert!(text.ends_with('。') && !text.contains('\n'), "{key}: {text}");
        }
        assert_eq!(Lang::En.explains(CommonError::Quota), None);
        assert!(Lang::Zh.explains(CommonError::Quota).unwrap().contains("配额"));
    }
}
