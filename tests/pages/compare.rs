//! What is shown and what was printed, but for what differs from run to run.

/// Lines that only some runs print: where the time went, if it was long.
const SOMETIMES: &[&str] = &["time: ", "requests: "];

/// What was printed, to be compared with what pages show of it.
pub(crate) struct Compared {
    lines: Vec<String>,
    text: String,
}

impl Compared {
    /// Each of `names` is a host of the sandbox and how pages call it.
    pub(crate) fn new(printed: &str, names: &[(&str, &str)]) -> Self {
        let mut text = printed.to_owned();
        for (host, name) in names {
            text = text.replace(host, name);
        }
        let is_shown = |line: &&str| !SOMETIMES.iter().any(|begin| line.starts_with(begin));
        Self { lines: text.lines().filter(is_shown).map(plain).collect(), text }
    }

    /// Fails unless `shown` is what was printed. A line `…` stands for any lines, `…` within a line for
    /// any text.
    #[track_caller]
    pub(crate) fn shows(&self, at: &str, shown: &[String]) {
        if let Err(line) = follow(shown, &self.lines) {
            panic!("{at} shows\n  {line}\nThe command prints:\n{}", self.text);
        }
    }
}

/// The first line that is not there, or that is and isn't shown.
fn follow(shown: &[String], printed: &[String]) -> Result<(), String> {
    let mut left = printed;
    let mut gap = false;
    for line in shown {
        if line.trim() == "…" {
            gap = true;
            continue;
        }
        let place = left.iter().position(|printed| fits(&plain(line), printed));
        match place {
            Some(place) if gap || place == 0 => left = &left[place + 1..],
            _ => return Err(line.clone()),
        }
        gap = false;
    }
    match left.first() {
        Some(line) if !gap => Err(format!("nothing more; there is: {line}")),
        _ => Ok(()),
    }
}

fn fits(shown: &str, printed: &str) -> bool {
    let mut parts = shown.split('…');
    let Some(mut left) = printed.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        let Some(place) = left.find(part) else { return false };
        left = &left[place + part.len()..];
        last = Some(part);
    }
    left.is_empty() || last == Some("")
}

/// One space between words, for columns are as wide as the hosts in them; no durations or times.
fn plain(line: &str) -> String {
    let line = match line.rsplit_once("; ") {
        Some((before, duration)) if is_duration(duration) => format!("{before}; [duration]"),
        _ => line.to_owned(),
    };
    let word = |word| match word {
        word if is_time(word) => "[time]",
        word if is_instance(word) => "[instance]",
        word if word.starts_with("tcr-switch-rollback-") => "[rollback file]",
        word => word,
    };
    line.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// `926ms`, `1m 2s`
fn is_duration(text: &str) -> bool {
    text.split(' ').all(|part| {
        let unit = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        unit.len() < part.len() && matches!(unit, "ms" | "s" | "m" | "h")
    })
}

/// `tcr-1a2b3c4d`
fn is_instance(word: &str) -> bool {
    word.strip_prefix("tcr-")
        .is_some_and(|id| id.len() == 8 && id.chars().all(char::is_alphanumeric))
}

/// `2026-01-02T03:04:05Z`
fn is_time(word: &str) -> bool {
    word.len() == 20 && word.ends_with('Z') && word.as_bytes()[10] == b'T'
}

#[test]
fn a_line_that_differs_is_named_and_left_out_lines_are_not() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let printed =
        Compared::new("A   127.0.0.1:9\nb\nc\n3 images; 12ms\n", &[("127.0.0.1:9", "host")]);
    for (shown, wanted) in [
        ("A host\nb\nc\n3 images; 1m 2s", Ok(())),
        ("A h…t\n…\n3 images; 5s", Ok(())),
        ("…\nc\n…", Ok(())),
        ("A host\nc\n…", Err("c")),
        ("A host\nb\nc\n4 images; 5s", Err("4 images; 5s")),
        ("A host\nb", Err("nothing more; there is: c")),
        ("…\nb\nd", Err("d")),
    ] {
        assert_eq!(follow(&lines(shown), &printed.lines), wanted.map_err(str::to_owned), "{shown}");
    }
}
