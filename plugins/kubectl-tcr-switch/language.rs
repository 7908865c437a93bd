//! The Chinese of this plugin's help. What looks at it is in plugins/language.

#[path = "../language/mod.rs"]
mod complete;

#[test]
fn the_help_is_all_there_in_chinese() {
    complete::check(crate::PLUGIN, &crate::cli::command("kubectl tcr-switch"));
}
