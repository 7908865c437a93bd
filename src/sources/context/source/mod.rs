//! Source code of any language, and other text: what is a comment, and what is compared or put
//! together.

mod comments;

use memchr::{memchr, memrchr};

use super::Purpose;
use super::code::by_code;
use super::command::{self, Dialect};
use super::kind::Syntax;
use super::outline::{Meaning, Outline, within};
use crate::sources::find::{Found, What};
use comments::Comments;

/// How much around a place is looked at, in bytes.
const AROUND: usize = 192;

/// What each of `found` means in text with this syntax; `purpose` where nothing else is said.
pub(super) fn read(bytes: &[u8], found: &[Found], syntax: Syntax, purpose: &Purpose) -> Outline {
    let mut meanings = vec![Meaning::new(purpose.clone(), ""); found.len()];
    if *purpose != Purpose::Test && syntax != Syntax::Plain {
        for (meaning, found) in meanings.iter_mut().zip(found) {
            let place = &found.span;
            let before = &bytes[place.start.saturating_sub(AROUND)..place.start];
            let after = &bytes[place.end..bytes.len().min(place.end + AROUND)];
            let is_open = match &found.what {
                What::Name(name) => name.path.is_empty() || name.ends_in_slash,
                _ => false,
            };
            let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
            if let Some(purpose) = by_code(&before, &after, is_open) {
                meaning.purpose = purpose;
            }
        }
    }
    for comment in Comments::new(bytes, syntax) {
        for meaning in &mut meanings[within(found, &comment)] {
            meaning.purpose = Purpose::Comment;
        }
    }
    Outline { meanings, ..Outline::default() }
}

/// What each of `found` means in text of which nothing is known: where a line is a command that is
/// known, what the command does.
pub(super) fn read_plain(bytes: &[u8], found: &[Found]) -> Outline {
    let mut outline = read(bytes, found, Syntax::Plain, &Purpose::Reference);
    let (mut next, mut line_end) = (0, 0);
    while let Some(first) = found.get(next) {
        let start = memrchr(b'\n', &bytes[line_end..first.span.start]);
        let start = start.map_or(line_end, |end| line_end + end + 1);
        let end = memchr(b'\n', &bytes[first.span.start..]);
        let end = end.map_or(bytes.len(), |length| first.span.start + length);
        let range = next..next + within(&found[next..], &(start..end)).len().max(1);
        let line = bytes[start..end].trim_ascii_start();
        let is_comment = line.starts_with(b"#") || line.starts_with(b"//");
        let is_address = is_address(line);
        let places: Vec<_> = found[range.clone()].iter().map(|found| found.span.clone()).collect();
        let said = command::read(bytes, &(start..end), Dialect::Posix, &places);
        for (meaning, said) in outline.meanings[range.clone()].iter_mut().zip(said.meanings) {
            if is_comment {
                meaning.purpose = Purpose::Comment;
            } else if is_address {
                meaning.purpose = Purpose::Url;
            } else if !matches!(
                said.purpose,
                Purpose::Reference | Purpose::Documentation | Purpose::Comment
            ) {
                *meaning = said;
            }
        }
        (next, line_end) = (range.end, end);
    }
    outline
}

/// Whether a line begins with an IP address, as those of `/etc/hosts` do.
fn is_address(line: &[u8]) -> bool {
    let word = line.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let word = std::str::from_utf8(word).unwrap_or_default();
    word.parse::<std::net::IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use crate::sources::context::testing::said;

    #[test]
    fn source_code_is_told_from_what_is_compared_and_put_together() {
        for (path, text, expected) in [
            ("a.go", "const image = \"CCR/a/b\"\n", ": Source"),
            ("a.go", "image := \"CCR/\" + name\n", ": Concatenated"),
            ("a.go", "image := \"CCR\" + \"/a/\" + name\n", ": Concatenated"),
            ("a.go", "x := fmt.Sprintf(\"CCR/%s\", y)\n", ": Source"),
            ("a.go", "x := path.Join(\"CCR\", y)\n", ": Concatenated"),
            ("a.go", "if strings.HasPrefix(x, \"CCR/\") {\n", ": Comparison"),
            ("a.go", "if x == \"CCR\" {\n", ": Comparison"),
            ("a.go", "switch x {\ncase \"CCR\":\n", ": Comparison"),
            ("a.go", "x := map[string]string{\"CCR\": y}\n", ": Comparison"),
            ("a.js", "const x = y ? 'CCR' : z\n", ": Source"),
            ("a.go", "x = strings.ReplaceAll(x, \"CCR\", y)\n", ": Pattern"),
            ("a.go", "var r = regexp.MustCompile(`^CCR/`)\n", ": Pattern"),
            ("a.go", "var h = map[string]string{\n\t\"ap-guangzhou\": \"CCR\",\n", ": Comparison"),
            ("a.go", "// CCR/a/b\n", ": Comment"),
            ("a.go", "x := \"http://x\" // CCR/a/b\n", ": Comment"),
            ("a.go", "/* x\nCCR/a/b */\n", ": Comment"),
            ("a.go", "x := `\n// CCR/a/b`\n", ": Source"),
            ("a.go", "x := \"https://CCR/v2/\"\n", ": Url"),
            ("a_test.go", "x := \"CCR/\" + y\n", ": Test"),
            ("a_test.go", "// CCR/a/b\n", ": Comment"),
            ("a.py", "image = 'CCR/a/b'\n", ": Source"),
            ("a.py", "image = 'CCR/' + name\n", ": Concatenated"),
            ("a.py", "image = f\"CCR/{ns}/b\"\n", ": Source"),
            ("a.py", "image = 'CCR/{}'.format(x)\n", ": Source"),
            ("a.py", "if image.startswith('CCR/'):\n", ": Comparison"),
            ("a.py", "x = '#'  # CCR/a/b\n", ": Comment"),
            ("a.py", "x = \"\"\"\n# CCR/a/b\n\"\"\"\n", ": Source"),
            ("a.js", "const x = 'CCR/a/b';\n", ": Source"),
            ("a.ts", "x.includes('CCR')\n", ": Comparison"),
            ("a.java", "x.replace(\"CCR\", y);\n", ": Pattern"),
            ("a.rs", "fn x<'a>() { \"CCR/a/b\" } // y\n", ": Source"),
            ("a.php", "$x = 'CCR/' . $y;\n", ": Concatenated"),
            ("a.php", "# CCR/a/b\n", ": Comment"),
            ("a.lua", "-- CCR/a/b\n", ": Comment"),
            ("a.el", "; CCR/a/b\n", ": Comment"),
            ("a.html", "<p>CCR/a/b</p>\n", ": Source"),
            ("a.html", "<!-- CCR/a/b -->\n", ": Comment"),
            ("a.rego", "startswith(image, \"CCR/\")\n", ": Comparison"),
            ("a.jsonnet", "{ image: 'CCR/a/b:1' }\n", ": Reference"),
            ("a.jsonnet", "{ image: 'CCR/' + name }\n", ": Concatenated"),
            ("a.jsonnet", "# CCR/a/b\n", ": Comment"),
            ("a.cue", "image: \"CCR/a/b:1\"\n", ": Reference"),
            ("a.sql", "INSERT INTO x VALUES ('{\"image\":\"CCR/a/b\"}');\n", ": Reference"),
            ("a.sql", "SELECT 1 FROM x WHERE image LIKE 'CCR/%'\n", ": Pattern"),
            ("a.sql", "UPDATE x SET image = 'CCR/a/b' WHERE y = 1\n", ": Reference"),
            ("a.sql", "UPDATE x SET y = 1 WHERE image = 'CCR/a/b'\n", ": Comparison"),
            ("a.sql", "UPDATE x SET i = REPLACE(i, 'CCR', 'x')\n", ": Pattern"),
            ("a.sql", "-- CCR/a/b\n", ": Comment"),
            ("a.ipynb", "{\"source\":[\"x = 'CCR/a/b'\"]}\n", ": Source"),
            ("README.md", "docker pull CCR/a/b\n", ": Documentation"),
            ("README.md", "```sh\ndocker login CCR\n```\n", ": Documentation"),
            ("go.sum", "CCR/a/b\n", ": Generated"),
            ("testdata/a.yaml", "image: CCR/a/b\n", ": Test"),
        ] {
            assert_eq!(said(path, text), [expected], "{path}: {text}");
        }
    }

    #[test]
    fn text_that_is_not_known_may_hold_commands() {
        assert_eq!(said("hosts", "10.0.0.1 CCR\n"), [": Url"]);
        let text = "CCR/a/b:1\n# CCR/a/c\ndocker login CCR\nsee CCR/a/d\n";
        assert_eq!(
            said("images.txt", text),
            [": Reference", ": Comment", "docker login: Login", ": Reference"]
        );
    }
}
