//! Pieces of docker's template (Go's `text/template`), which docker fills in.
//!
//! docker tells a hook the error and not the image; but its template can look at the command's
//! arguments: `arg . 0` (`cli-plugins/hooks/template.go`).

use std::fmt::Write as _;

use ccr2tcr::image::Host;
use ccr2tcr::terminal::clean;

/// Text that is taken as it is.
pub(super) fn literal(text: &str) -> String {
    clean(text).replace("{{", r#"{{"{{"}}"#)
}

/// `lines`, if the command's first argument is an image of one of these hosts. In them `{{$a}}` is
/// the argument, `{{$r}}` what stands behind the host, `{{$f}}` the flags of the host.
///
/// For any other argument the template fails, which docker takes for silence.
pub(super) fn if_on(hosts: &[(Host, String)], lines: &str) -> String {
    let mut text = String::from(r#"{{$a := arg . 0}}{{$r := ""}}{{$f := ""}}"#);
    for (host, flags) in hosts {
        let length = host.as_str().len() + 1;
        // `slice` fails beyond the end, and `and` looks at both sides in a docker built with an
        // older Go.
        let _ = write!(
            text,
            r#"{{{{if ge (len $a) {length}}}}}{{{{if eq (slice $a 0 {length}) "{host}/"}}}}{{{{$r = slice $a {length}}}}}{{{{$f = "{flags}"}}}}{{{{end}}}}{{{{end}}}}"#
        );
    }
    text + "{{if $r}}" + lines + r#"{{else}}{{slice "" 1}}{{end}}"#
}
