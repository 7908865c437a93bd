//! `--limit-rate`: bytes per second, as people write them.
//!
//! Not left to a crate such as bytesize, which knows neither `/s` nor these limits.

/// Reads `200MB/s`, `200MB`, `1.5GiB/s`, `500k`; a bare number is bytes, as for curl.
///
/// # Errors
/// What is wrong, and what it should look like.
pub(crate) fn parse_rate(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is not a rate, as in 200MB/s, 50MiB/s or 800k");
    let bare = text.trim().strip_suffix("/s").unwrap_or(text.trim());
    let digits = bare.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(bare.len());
    let (number, unit) = bare.split_at(digits);
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let factor: f64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        _ => return Err(wrong()),
    };
    let rate = number * factor;
    if !(1000.0..=1e12).contains(&rate) {
        return Err(format!("`{text}` is out of range: 1kB/s to 1000GB/s"));
    }
    // In the range of whole numbers that a `f64` holds exactly.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Ok(rate as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_in_every_usual_spelling() {
        for (text, bytes) in [
            ("200MB/s", 200_000_000),
            ("200MB", 200_000_000),
            ("1.5GiB/s", 1_610_612_736),
            ("500k", 500_000),
            ("50 MiB/s", 52_428_800),
            ("20000", 20_000),
        ] {
            assert_eq!(parse_rate(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_no_rate_is_refused_with_an_example() {
        for text in ["", "fast", "MB/s", "10Mbit/s", "-1MB", "1e9", "1.2.3k"] {
            let error = parse_rate(text).unwrap_err();
            assert!(error.contains("as in 200MB/s"), "{text}: {error}");
        }
        assert!(parse_rate("0").unwrap_err().contains("out of range"));
        assert!(parse_rate("10").unwrap_err().contains("out of range"));
    }
}
