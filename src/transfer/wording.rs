//! Numbers in sentences.

/// `1 tag`, `2 tags`.
pub(super) fn counted(count: impl TryInto<u64>, one: &str, many: &str) -> String {
    // Whatever is counted here fits; where it should not, it is many.
    match count.try_into().unwrap_or(u64::MAX) {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}
