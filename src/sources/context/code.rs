//! What a name in quotes is for in code of any language, by what stands around it.

use super::Purpose;

/// Functions that compare with their argument, or look for it.
const COMPARING: [&str; 20] = [
    "startswith",
    "starts_with",
    "hasprefix",
    "has_prefix",
    "endswith",
    "ends_with",
    "hassuffix",
    "equals",
    "equal",
    "equalfold",
    "equalsignorecase",
    "contains",
    "strcontains",
    "includes",
    "indexof",
    "index",
    "select",
    "filter",
    "findstring",
    "assertequal",
];

/// Functions that take their argument as a pattern, or cut it off.
const MATCHING: [&str; 18] = [
    "regex",
    "regexp",
    "regexall",
    "compile",
    "mustcompile",
    "matches",
    "match",
    "matchstring",
    "search",
    "test",
    "trimprefix",
    "trimstart",
    "removeprefix",
    "strip_prefix",
    "lstrip",
    "ltrimstr",
    "split",
    "filter-out",
];

/// Functions that put their last argument in place of the one before.
const REPLACING: [&str; 15] = [
    "replace",
    "replaceall",
    "replace_all",
    "replacefirst",
    "replaceallstring",
    "regexreplace",
    "regex_replace",
    "sub",
    "gsub",
    "subst",
    "patsubst",
    "strreplace",
    "str_replace",
    "preg_replace",
    "translate",
];

/// Functions that make one path of their arguments.
const JOINING: [&str; 2] = ["path.join", "filepath.join"];

/// The regions of Tencent Cloud that a host is looked up by.
const REGIONS: [&str; 14] = [
    "guangzhou",
    "shanghai",
    "beijing",
    "hongkong",
    "singapore",
    "chengdu",
    "chongqing",
    "nanjing",
    "tokyo",
    "seoul",
    "frankfurt",
    "ashburn",
    "siliconvalley",
    "region",
];

/// What a name is for that stands between `before` and `after`, both cut off somewhere, as far as
/// that tells. `is_open` if it is a host alone, or ends in a slash.
pub(super) fn by_code(before: &str, after: &str, is_open: bool) -> Option<Purpose> {
    let is_key =
        after.trim_start_matches(['/', '\\']).get(1..).is_some_and(|it| it.starts_with(':'));
    let is_matched = outside(before.trim_end_matches('/'));
    let (before, after) = (outside(before), outside_behind(after));
    if ["=~", "~=", "!~"].iter().any(|operator| is_matched.ends_with(operator)) {
        return Some(Purpose::Pattern);
    }
    let lower = before.to_ascii_lowercase();
    if [" like", " rlike", " regexp", " similar to"].iter().any(|word| lower.ends_with(word)) {
        return Some(Purpose::Pattern);
    }
    let last = |word: &str| lower.rfind(word).unwrap_or(0);
    if lower.ends_with('=') && last("where ") > last(" set ") {
        return Some(Purpose::Comparison);
    }
    let ends = |words: &[&str]| words.iter().any(|word| before.ends_with(word));
    let is_case =
        before.strip_suffix("case").is_some_and(|it| !it.ends_with(char::is_alphanumeric));
    let is_looked_up = is_open && is_key;
    if ends(&["==", "!=", " eq", "-eq", "-ne", "-like", " is", " in [", " in (", " in {"])
        || ["==", "!="].iter().any(|operator| after.starts_with(operator))
        || is_case
        || is_looked_up
    {
        return Some(Purpose::Comparison);
    }
    if let Some(function) = function(before) {
        let lower = function.to_ascii_lowercase();
        let name = lower.rsplit(['.', ':']).next().unwrap_or(&lower);
        if COMPARING.contains(&name) {
            return Some(Purpose::Comparison);
        }
        let is_replaced = REPLACING.contains(&name) && after.starts_with([',', ';']);
        if MATCHING.contains(&name) || is_replaced {
            return Some(Purpose::Pattern);
        }
        if is_open && JOINING.iter().any(|join| lower.ends_with(join)) {
            return Some(Purpose::Concatenated);
        }
    }
    if !is_open {
        return None;
    }
    let is_added =
        ["+", "..", "<>", "~", "% ", ".format(", ". "].iter().any(|it| after.starts_with(it));
    if is_added {
        return Some(Purpose::Concatenated);
    }
    is_of_region(before).then_some(Purpose::Comparison)
}

/// Whether `before` ends in a key that is a region: in a map of hosts.
pub(super) fn is_of_region(before: &str) -> bool {
    let before = outside(before);
    let key = before.trim_end_matches([':', '=', '>', ' ', '"', '\'', ']']);
    let key = key.rsplit([' ', '"', '\'', '{', ',', '\n', '\t', '(', '[']).next();
    let key = key.unwrap_or_default().to_ascii_lowercase();
    let is_value = before.ends_with([':', '=', '>']);
    is_value && REGIONS.iter().any(|region| key.ends_with(region) && key != "region")
}

/// What stands in front of the quote that `before` ends with.
fn outside(before: &str) -> &str {
    before.trim_end_matches(['"', '\'', '`', '\\', '^']).trim_end_matches([' ', '\t'])
}

/// What stands behind the quote that `after` begins with, if it begins with one.
fn outside_behind(after: &str) -> &str {
    let rest = after.strip_prefix('/').unwrap_or(after);
    let rest = rest.strip_prefix('\\').unwrap_or(rest);
    match rest.strip_prefix(['"', '\'', '`']) {
        Some(rest) => rest.trim_start_matches(['"', '\'']).trim_start_matches([' ', '\t', '\n']),
        None => "",
    }
}

/// The name of the function whose arguments are open where `before` ends.
fn function(before: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (at, character) in before.char_indices().rev() {
        match character {
            ')' | ']' => depth += 1,
            '(' if depth == 0 => {
                let text = &before[..at];
                let is_letter = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.' | ':');
                let start = text
                    .rfind(|it| !is_letter(it))
                    .map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
                return Some(&text[start..]);
            }
            '(' | '[' => depth = depth.saturating_sub(1),
            ';' | '{' | '}' | '\n' => return None,
            _ => {}
        }
    }
    None
}
