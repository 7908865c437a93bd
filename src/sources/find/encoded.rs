//! Hosts of CCR in base64, as the logins in a pull secret are.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD_NO_PAD};
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};

use crate::sources::span::Span;

/// How much is decoded on each side: enough for a host and what stands around it.
const AROUND: usize = 64;

/// Base64 as it is found in the middle of text: without its end, and the last bits of any value.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What of `text` is the same in base64 wherever it stands in what is encoded: one string for each
/// of the three ways in which its bytes are divided into groups. A host is the same in both
/// alphabets. Text that is too short has fewer.
pub(super) fn fragments(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let groups = (0..3).filter_map(|skipped| {
        let rest = bytes.get(skipped..)?;
        rest.get(..rest.len() / 3 * 3).filter(|groups| !groups.is_empty())
    });
    groups.map(|groups| STANDARD_NO_PAD.encode(groups)).collect()
}

/// All of the base64 that the fragment at `fragment` is a part of, from `floor` on, on its line.
pub(super) fn whole(bytes: &[u8], fragment: &Span, floor: usize) -> Span {
    let before = bytes[floor..fragment.start].iter().rev().take_while(|&&byte| is_code(byte));
    let behind = bytes[fragment.end..].iter().take_while(|&&byte| is_code(byte)).count();
    let end = fragment.end + behind;
    let padding = bytes[end..].iter().take(2).take_while(|&&byte| byte == b'=').count();
    fragment.start - before.count()..end + padding
}

/// What is encoded around the fragment: read on its line only, and with the lines around it.
pub(super) fn decoded(bytes: &[u8], fragment: &Span) -> [Vec<u8>; 2] {
    [false, true].map(|is_wrapped| {
        let before = bytes[..fragment.start].iter().rev().copied();
        let mut code: Vec<u8> = codes(before, is_wrapped);
        // Where the fragment begins, a group begins.
        code.truncate(code.len() / 4 * 4);
        code.reverse();
        code.extend(codes(bytes[fragment.start..].iter().copied(), is_wrapped));
        if code.len() % 4 == 1 {
            code.pop();
        }
        LENIENT.decode(code).unwrap_or_default()
    })
}

/// The first characters of base64 in `bytes`, in the standard alphabet. Lines may end between, and
/// be indented, if `is_wrapped`.
fn codes(bytes: impl Iterator<Item = u8>, is_wrapped: bool) -> Vec<u8> {
    bytes
        .take(2 * AROUND)
        .take_while(|&byte| is_code(byte) || (is_wrapped && byte.is_ascii_whitespace()))
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => byte,
        })
        .take(AROUND)
        .collect()
}

fn is_code(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}
