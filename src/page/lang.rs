//! The language of a page.

use clap::ValueEnum;

use crate::environment::Environment;

/// The language of a page. Messages of a report stay in that of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// Chinese, simplified
    Zh,
}

impl Lang {
    /// That of the locale, in the order of POSIX (XBD 8.2); English if it is neither.
    #[must_use]
    pub fn of(environment: &Environment) -> Self {
        let named = environment.first(&["LC_ALL", "LC_MESSAGES", "LANG"]);
        match named {
            Some((_, value)) if value.to_ascii_lowercase().starts_with("zh") => Self::Zh,
            _ => Self::En,
        }
    }

    /// The words in this language, both side by side where they are used.
    pub(super) fn pick(self, en: &'static str, zh: &'static str) -> &'static str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_locale_says_it_and_the_stronger_variable_wins() {
        for (variables, lang) in [
            (&[("LANG", "zh_CN.UTF-8")][..], Lang::Zh),
            (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")], Lang::En),
            (&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "zh_TW")], Lang::Zh),
            (&[], Lang::En),
        ] {
            assert_eq!(Lang::of(&Environment::for_tests(variables, Path::new("/"))), lang);
        }
    }
}
