//! Breaking lines that are longer than the terminal is wide: between words, in Chinese between
//! characters, and never inside of what is there to be copied.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// How commands begin that are printed to be copied. A sentence may begin with `docker`, too.
const COMMANDS: &[&str] = &["docker ccr2tcr ", "docker login", "kubectl ", "tccli "];

/// What no line ends with, and what none begins with, where Chinese is broken between characters.
const OPENING: &str = "（《“‘「『【([{<";
const CLOSING: &str = "，。、；：？！）》”’」』】…—,.;:?!)]}>%";

/// A part of a line that isn't broken.
pub(super) struct Piece<'a> {
    text: &'a str,
    /// Whether a space stands before it, if it doesn't begin a line.
    is_spaced: bool,
}

impl<'a> Piece<'a> {
    /// One that a space stands before.
    pub(super) fn word(text: &'a str) -> Self {
        Self { text, is_spaced: true }
    }
}

/// `text` with each line that is longer than `width` broken between words. What follows a break is
/// indented by two spaces more than the line.
///
/// What is in backticks or in shell quotes stays on one line. So does a command, or flags, at the
/// beginning of the text or after a colon: up to the end of the line or the next semicolon.
pub(super) fn wrap(text: &str, width: usize) -> String {
    let wrapped = text.split('\n').map(|line| {
        if line.width() <= width {
            return line.to_owned();
        }
        let words = line.trim_start();
        let indent = &line[..line.len() - words.len()];
        let lines = fill(pieces(words), width.saturating_sub(indent.len()), "  ");
        format!("{indent}{}", lines.join(&format!("\n{indent}")))
    });
    wrapped.collect::<Vec<_>>().join("\n")
}

/// The lines of a text without line breaks, none of them indented.
#[must_use]
pub fn wrapped_lines(text: &str, width: usize) -> Vec<String> {
    fill(pieces(text.trim()), width, "")
}

/// As many pieces on each line as `width` has room for; the lines after the first begin with
/// `indent`. A piece that is too long gets a line of its own.
pub(super) fn fill<'a>(
    pieces: impl IntoIterator<Item = Piece<'a>>,
    width: usize,
    indent: &str,
) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for Piece { text, is_spaced } in pieces {
        let space = if is_spaced { " " } else { "" };
        match lines.last_mut() {
            Some(line) if line.width() + space.len() + text.width() <= width => {
                line.push_str(space);
                line.push_str(text);
            }
            Some(_) => lines.push(format!("{indent}{text}")),
            None => lines.push(text.to_owned()),
        }
    }
    lines
}

/// Words, and what must not be broken.
fn pieces(line: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut rest, mut is_spaced) = (Vec::new(), line, false);
    while !rest.is_empty() {
        let previous = pieces.last().map_or(":", |piece: &Piece<'_>| piece.text);
        let length = match begins_command(rest, previous) {
            true => rest.find("; ").map_or(rest.len(), |end| end + 1),
            false => length_of_word(rest),
        };
        pieces.push(Piece { text: rest[..length].trim_end(), is_spaced });
        let behind = rest[length..].trim_start();
        is_spaced = rest[..length].ends_with(' ') || behind.len() < rest.len() - length;
        rest = behind;
    }
    pieces
}

fn begins_command(rest: &str, previous: &str) -> bool {
    let after_colon = previous.ends_with([':', '：']);
    let program = COMMANDS.iter().any(|name| rest.starts_with(name));
    after_colon && (program || rest.starts_with("--"))
}

/// Up to the first space that no backticks or quotes are around, or the first place where Chinese may
/// be broken. A quote inside of a word is an apostrophe.
fn length_of_word(rest: &str) -> usize {
    let mut open = None;
    let mut before = ' ';
    for (i, c) in rest.char_indices() {
        match c {
            ' ' if open.is_none() => return i,
            _ if open.is_none() && i > 0 && may_break(before, c) => return i,
            _ if open == Some(c) => open = None,
            '`' | '\''
                if open.is_none() && (matches!(before, ' ' | '=' | '(') || is_wide(before)) =>
            {
                open = rest[i + 1..].contains(c).then_some(c);
            }
            _ => {}
        }
        before = c;
    }
    rest.len()
}

/// Whether a line may end between two characters that no space is between.
fn may_break(before: char, after: char) -> bool {
    (is_wide(before) || is_wide(after)) && !OPENING.contains(before) && !CLOSING.contains(after)
}

fn is_wide(c: char) -> bool {
    c.width() == Some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_broken_between_characters_but_for_punctuation_and_commands() {
        let lines = wrapped_lines("复制 TCR 缺少的镜像，见`docker ccr2tcr sync`（可重复）。", 20);
        assert_eq!(lines, ["复制 TCR 缺少的镜", "像，见", "`docker ccr2tcr sync`", "（可重复）。"]);
    }

    #[test]
    fn a_long_line_is_broken_between_words_and_a_short_one_is_left_alone() {
        assert_eq!(wrap("  3   kept  as it is", 20), "  3   kept  as it is");
        assert_eq!(
            wrap("warning: the namespace is public\n  and so are its images", 20),
            "warning: the\n  namespace is\n  public\n  and so are its\n    images"
        );
        assert_eq!(wrap("镜像 镜像 镜像 镜像", 11), "镜像 镜像\n  镜像 镜像", "each is four wide");
    }

    #[test]
    fn what_can_be_copied_is_not_broken() {
        for (line, wanted) in [
            (
                "hint: choose a name: --map 'team a=team-a' --dry-run; or leave it out",
                "hint: choose a name:\n  --map 'team a=team-a' --dry-run;\n  or leave it out",
            ),
            (
                "hint: kubectl create serviceaccount builder -n shop",
                "hint:\n  kubectl create serviceaccount builder -n shop",
            ),
            (
                "run `tccli auth login --profile prod`, or name another",
                "run\n  `tccli auth login --profile prod`,\n  or name another",
            ),
            (
                "docker ccr2tcr sync --tcr-name prod | tee log",
                "docker ccr2tcr sync --tcr-name prod | tee log",
            ),
            ("docker has stored no login", "docker has stored no\n  login"),
            ("it's Docker's own list, isn't it", "it's Docker's own\n  list, isn't it"),
        ] {
            assert_eq!(wrap(line, 22), wanted);
        }
    }
}
