//! Sizes as people write them: `5kB`, `1 MB`, `3MiB`, `200`.

use std::str::FromStr;

use serde::{Deserialize, Deserializer};

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) u64);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let factor = match unit.trim() {
            "" | "B" => 1,
            "k" | "kB" | "KB" => 1000,
            "KiB" => 1024,
            "M" | "MB" => 1_000_000,
            "MiB" => 1024 * 1024,
            "G" | "GB" => 1_000_000_000,
            "GiB" => 1024 * 1024 * 1024,
            _ => return Err(format!("`{text}` is not a size, such as 200, 5kB or 1MB")),
        };
        let number: u64 = number.parse().map_err(|_| format!("`{text}` is not a size"))?;
        number.checked_mul(factor).map(Self).ok_or_else(|| format!("`{text}` is too large"))
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(u64),
            Text(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Number(number) => Ok(Self(number)),
            Written::Text(text) => text.parse().map_err(serde::de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Size;

    #[test]
    fn units_are_decimal_unless_they_say_otherwise() {
        assert_eq!("5kB".parse(), Ok(Size(5000)));
        assert_eq!("1 MiB".parse(), Ok(Size(1_048_576)));
        assert_eq!("7".parse(), Ok(Size(7)));
        assert!("base".parse::<Size>().is_err());
    }
}
