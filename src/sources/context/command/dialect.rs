//! Whose grammar a script has.

/// Which shell's grammar it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sources::context) enum Dialect {
    /// POSIX shells and their kin.
    Posix,
    /// `cmd.exe` and `PowerShell`: quotes don't reach over lines, a backslash is one.
    Windows,
}
