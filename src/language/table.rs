//! A table of translations: the part of gettext's PO format that is needed here, so that a
//! translator has an editor for it.

use std::collections::BTreeMap;

/// What an English text is in Chinese.
#[derive(Debug, Default)]
pub struct Table(BTreeMap<String, String>);

/// The files of `zh/`, by name.
const FILES: [(&str, &str); 3] = [
    ("shared", include_str!("zh/shared.po")),
    ("docker-ccr2tcr", include_str!("zh/docker-ccr2tcr.po")),
    ("kubectl-tcr-switch", include_str!("zh/kubectl-tcr-switch.po")),
];

/// The Chinese of the help of one plugin: what both say, and what it alone says.
#[must_use]
pub fn chinese(plugin: &str) -> Table {
    let files = FILES.iter().filter(|(name, _)| matches!(*name, "shared") || *name == plugin);
    Table(files.flat_map(|(_, text)| Table::read(text).0).collect())
}

impl Table {
    /// Reads a PO file: `msgid` and `msgstr`, each followed by further strings on lines of their
    /// own. Comments and the header are left out; what is none of these is no text.
    #[must_use]
    pub fn read(po: &str) -> Self {
        let (mut table, mut id, mut translation) = (Self::default(), None, None);
        for line in po.lines().map(str::trim) {
            if let Some(text) = line.strip_prefix("msgid ") {
                table.add(id.take(), translation.take());
                id = Some(unquoted(text));
            } else if let Some(text) = line.strip_prefix("msgstr ") {
                translation = Some(unquoted(text));
            } else if line.starts_with('"')
                && let Some(text) = translation.as_mut().or(id.as_mut())
            {
                text.push_str(&unquoted(line));
            }
        }
        table.add(id, translation);
        table
    }

    fn add(&mut self, id: Option<String>, translation: Option<String>) {
        if let (Some(id), Some(translation)) = (id, translation)
            && !id.is_empty()
            && !translation.is_empty()
        {
            self.0.insert(id, translation);
        }
    }

    /// The Chinese for it, if there is any.
    #[must_use]
    pub fn get(&self, english: &str) -> Option<&str> {
        self.0.get(english).map(String::as_str)
    }

    /// Each English text with the Chinese.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(english, chinese)| (english.as_str(), chinese.as_str()))
    }
}

/// `"a \"b\"\n"` without its quotes and escapes.
fn unquoted(text: &str) -> String {
    let inner = text.trim().strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let (mut plain, mut rest) = (String::new(), inner.unwrap_or_default().chars());
    while let Some(c) = rest.next() {
        match (c, c == '\\') {
            (_, true) => match rest.next() {
                Some('n') => plain.push('\n'),
                Some(other) => plain.push(other),
                None => {}
            },
            (c, false) => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_po_file_is_read() {
        let table = Table::read(
            r#"
            # Header
            msgid ""
            msgstr "Language: zh_CN\n"

            #. a flag
            msgid "Say \"more\""
            msgstr "更详细"

            msgid ""
            "Examples:\n"
            "  a\\b\n"
            msgstr ""
            "示例：\n"
            "  a\\b\n"

            msgid "not yet"
            msgstr ""
            "#,
        );
        let all: Vec<_> = table.iter().collect();
        assert_eq!(all, [("Examples:\n  a\\b\n", "示例：\n  a\\b\n"), ("Say \"more\"", "更详细")]);
    }
}
