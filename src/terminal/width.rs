//! How wide the terminal is.

// `clap` (feature wrap_help) finds the width in the way of each system, and keeps it to itself;
// but a text without limit of its own, wrapped by it, is as wide as the terminal. That spares a
// dependency and the `unsafe` of an ioctl.
const WIDEST: usize = 1000;

/// The columns of the terminal, at most 1,000; where there is no terminal, clap's default of 100.
#[must_use]
pub fn terminal_width() -> usize {
    // Words of one letter wrap at the last column, or one before it.
    let help = clap::Command::new("width")
        .max_term_width(0)
        .help_template("{after-help}")
        .after_help("x ".repeat(WIDEST / 2))
        .render_help()
        .to_string();
    help.lines().map(|line| line.trim_end().len()).max().unwrap_or_default() + 1
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_width_is_never_useless() {
        assert!(super::terminal_width() > 1);
    }
}
