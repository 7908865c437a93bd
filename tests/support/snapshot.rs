//! Whole outputs, with a name in the place of what differs from run to run, for insta to compare.

use insta::Settings;

use super::Run;

/// What every output has in the place of what varies.
const VARYING: &[(&str, &str)] = &[
    (r"ccr2tcr \d+\.\d+\.\d+", "ccr2tcr [version]"),
    (r"(?m); \d[^;\n]*$", "; [duration]"),
    (r#"("\w+Ms": ?)\d+"#, "$1[ms]"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000", "[time]"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "[time]"),
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "[id]"),
];

/// Settings with a name for each of these texts; a name as long as its text keeps tables straight.
pub(crate) fn snapshots(names: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (text, name) in names {
        let literal: String = text
            .chars()
            .map(|one| if one.is_alphanumeric() { one.into() } else { format!(r"\{one}") })
            .collect();
        settings.add_filter(&literal, *name);
    }
    for (pattern, name) in VARYING {
        settings.add_filter(pattern, *name);
    }
    settings
}

/// All that a program said, and how it ended.
pub(crate) fn whole(run: &Run) -> String {
    let part = |name: &str, text: &str| match text {
        "" => String::new(),
        text => format!("----- {name} -----\n{text}"),
    };
    let code = format!("exit code: {}\n", run.code);
    code + &part("stdout", &run.stdout) + &part("stderr", &run.stderr)
}
