//! Numbers and lists as people read them.

use std::time::Duration;

/// `1.5 GiB`: binary units, as memory and layers are counted.
#[must_use]
pub fn human_bytes(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    // In tenths, rounded, and without floating point: u64::MAX stays exact.
    let mut tenths = u128::from(bytes) * 10;
    let mut unit = "B";
    for name in UNITS {
        tenths = (tenths + 512) / 1024;
        unit = name;
        if tenths < 10_236 {
            break;
        }
    }
    if tenths < 1000 {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    } else {
        format!("{} {unit}", (tenths + 5) / 10)
    }
}

/// `45s`, `3m 20s`, `2h 5m`, `3d 4h`: the two largest units.
#[must_use]
pub fn human_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        0 if !duration.is_zero() => format!("{}ms", duration.as_millis()),
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{minutes}m {}s", seconds % 60),
        3600..86_400 => format!("{hours}h {}m", minutes % 60),
        _ => format!("{days}d {}h", hours % 24),
    }
}

/// `1,234,567`
#[must_use]
pub fn human_count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 tag`, `2,000 tags`.
#[must_use]
pub fn counted(count: impl TryInto<u64>, one: &str, many: &str) -> String {
    // Whatever is counted here fits; where it should not, it is many.
    let count = count.try_into().unwrap_or(u64::MAX);
    format!("{} {}", human_count(count), if count == 1 { one } else { many })
}

/// The first `shown` of the names: `a, b, c and 1,204 more`.
#[must_use]
pub fn shortened<T: AsRef<str>>(names: &[T], shown: usize) -> String {
    let named = names.iter().take(shown).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(shown) {
        0 => named,
        more => format!("{named} and {} more", human_count(more as u64)),
    }
}

/// A word that a POSIX shell takes as it is.
#[must_use]
pub fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/:-".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_one_decimal_where_it_says_something() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1536, "1.5 KiB"),
            (150 * 1024, "150 KiB"),
            (1024 * 1024 - 1, "1.0 MiB"),
            (40 * 1024 * 1024 * 1024, "40.0 GiB"),
            (u64::MAX, "16.0 EiB"),
        ] {
            assert_eq!(human_bytes(bytes), text, "{bytes}");
        }
    }

    #[test]
    fn a_duration_shows_two_units() {
        for (milliseconds, text) in [
            (0, "0s"),
            (250, "250ms"),
            (45_000, "45s"),
            (200_000, "3m 20s"),
            (7_500_000, "2h 5m"),
            (273_600_000, "3d 4h"),
        ] {
            assert_eq!(human_duration(Duration::from_millis(milliseconds)), text);
        }
    }

    #[test]
    fn a_count_has_its_thousands_apart() {
        for (count, text) in [(0, "0"), (999, "999"), (1234, "1,234"), (1_234_567, "1,234,567")] {
            assert_eq!(human_count(count), text);
        }
    }

    #[test]
    fn one_is_not_many() {
        let tags = |count| counted(count, "tag", "tags");
        assert_eq!([tags(0_u64), tags(1), tags(2000)], ["0 tags", "1 tag", "2,000 tags"]);
    }

    #[test]
    fn a_list_names_the_first_and_counts_the_rest() {
        assert_eq!(shortened(&["a", "b"], 2), "a, b");
        assert_eq!(shortened(&["a", "b", "c"], 2), "a, b and 1 more");
    }
}
