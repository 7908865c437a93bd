//! The language that the locale asks for.

use clap::ValueEnum;

use crate::environment::Environment;

/// A language that people are spoken to in. Messages of a report stay in that of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// Chinese, simplified
    Zh,
}

impl Lang {
    /// That of the locale; English if it is neither, or if its characters are not UTF-8.
    ///
    /// The variables and their order are those of POSIX (XBD 8.2). `LANGUAGE` is a list that goes
    /// before them, unless the locale is `C` (gettext's manual, "The LANGUAGE variable"). macOS and
    /// Windows keep the language elsewhere; without the variables it is English there.
    #[must_use]
    pub fn of(environment: &Environment) -> Self {
        let named = environment.first(&["LC_ALL", "LC_MESSAGES", "LANG"]);
        let Some((_, locale)) = named.filter(|(_, locale)| !is_c(locale) && is_utf8(locale)) else {
            return Self::En;
        };
        match environment.text("LANGUAGE") {
            // gettext asks for one after the other until it has a translation.
            Some(list) => list.split(':').find_map(Self::named).unwrap_or(Self::En),
            None => Self::named(locale).unwrap_or(Self::En),
        }
    }

    /// `zh_CN.UTF-8`, `zh-Hans`, `en`.
    fn named(locale: &str) -> Option<Self> {
        match language(locale).to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The words in this language, both side by side where they are used.
    #[must_use]
    pub fn pick(self, en: &'static str, zh: &'static str) -> &'static str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }
}

/// What stands before territory, script, charset and modifier.
fn language(locale: &str) -> &str {
    locale.split(['_', '-', '.', '@']).next().unwrap_or_default().trim()
}

fn is_c(locale: &str) -> bool {
    matches!(language(locale), "C" | "POSIX")
}

/// Whether the locale's characters are UTF-8, as they are where it names none.
fn is_utf8(locale: &str) -> bool {
    let charset = locale.split('@').next().and_then(|locale| locale.split_once('.'));
    charset.is_none_or(|(_, charset)| {
        matches!(charset.to_ascii_lowercase().as_str(), "utf-8" | "utf8")
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_locale_says_it_and_the_stronger_variable_wins() {
        for (variables, lang) in [
            (&[][..], Lang::En),
            (&[("LANG", "zh_CN.UTF-8")], Lang::Zh),
            (&[("LANG", "zh_CN.utf8")], Lang::Zh),
            (&[("LANG", "zh_CN")], Lang::Zh),
            (&[("LANG", "zh_TW.UTF-8")], Lang::Zh),
            (&[("LANG", "zh_Hans_CN.UTF-8")], Lang::Zh),
            (&[("LANG", "zh-Hans")], Lang::Zh),
            (&[("LANG", "zh_CN.UTF-8@pinyin")], Lang::Zh),
            (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")], Lang::En),
            (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C.UTF-8")], Lang::En),
            (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "POSIX")], Lang::En),
            (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "")], Lang::Zh),
            (&[("LANG", "zh_CN.UTF-8"), ("LC_MESSAGES", "en_GB.UTF-8")], Lang::En),
            (&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "zh_TW.UTF-8")], Lang::Zh),
            (&[("LANG", "de_DE.UTF-8")], Lang::En),
            (&[("LANG", "zha")], Lang::En),
        ] {
            check(variables, lang);
        }
    }

    #[test]
    fn what_is_not_utf_8_would_be_gibberish() {
        check(&[("LANG", "zh_CN.GBK")], Lang::En);
        check(&[("LANG", "zh_CN.GB18030")], Lang::En);
        check(&[("LANG", "zh_TW.Big5"), ("LANGUAGE", "zh_CN")], Lang::En);
    }

    #[test]
    fn a_list_goes_before_the_locale_unless_that_is_c() {
        let english = ("LANG", "en_US.UTF-8");
        check(&[english, ("LANGUAGE", "zh_CN:en")], Lang::Zh);
        check(&[english, ("LANGUAGE", "fr:zh_CN")], Lang::Zh);
        check(&[english, ("LANGUAGE", "en:zh_CN")], Lang::En);
        check(&[("LANG", "zh_CN.UTF-8"), ("LANGUAGE", "en")], Lang::En);
        check(&[("LANG", "zh_CN.UTF-8"), ("LANGUAGE", "fr")], Lang::En);
        check(&[("LANG", "zh_CN.UTF-8"), ("LANGUAGE", "")], Lang::Zh);
        check(&[("LANG", "C"), ("LANGUAGE", "zh_CN")], Lang::En);
        check(&[("LANG", "C.UTF-8"), ("LANGUAGE", "zh_CN")], Lang::En);
        check(&[("LANGUAGE", "zh_CN")], Lang::En);
    }

    #[track_caller]
    fn check(variables: &[(&str, &str)], lang: Lang) {
        let environment = Environment::for_tests(variables, Path::new("/"));
        assert_eq!(Lang::of(&environment), lang, "{variables:?}");
    }
}
