//! Rust source as words with their lines. Comments, strings and tests are left out.

#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// The words of a file, without what is compiled for tests only.
pub(crate) fn words(source: &str) -> Vec<Word> {
    without_tests(&split(source))
}

fn split(source: &str) -> Vec<Word> {
    let source: Vec<char> = source.chars().collect();
    let at = |index: usize| source.get(index).copied().unwrap_or('\0');
    let (mut words, mut i, mut line) = (Vec::new(), 0, 1);
    while i < source.len() {
        let from = i;
        match (at(i), at(i + 1)) {
            ('/', '/') => i = find(&source, i, "\n"),
            ('/', '*') => i = find(&source, i + 2, "*/") + 2,
            ('"', _) => i = end_of_string(&source, i),
            ('\'', '\\') => i = find(&source, i + 3, "'") + 1,
            ('\'', _) if at(i + 2) == '\'' => i += 3,
            (c, _) if c.is_alphabetic() || c == '_' => {
                while at(i).is_alphanumeric() || at(i) == '_' {
                    i += 1;
                }
                let text = String::from_iter(&source[from..i]);
                let marks = source[i..].iter().take_while(|c| **c == '#').count();
                if matches!(text.as_str(), "r" | "br") && at(i + marks) == '"' {
                    let end = format!("\"{}", "#".repeat(marks));
                    i = find(&source, i + marks + 1, &end) + end.len();
                } else {
                    words.push(Word { text, line });
                }
            }
            (':', ':') => {
                words.push(Word { text: "::".to_owned(), line });
                i += 2;
            }
            (c, _) => {
                if !c.is_whitespace() {
                    words.push(Word { text: c.to_string(), line });
                }
                i += 1;
            }
        }
        line += source[from..i.min(source.len())].iter().filter(|c| **c == '\n').count();
    }
    words
}

/// Where `text` begins; the end of the source if it isn't there.
fn find(source: &[char], from: usize, text: &str) -> usize {
    let text: Vec<char> = text.chars().collect();
    (from..source.len()).find(|i| source[*i..].starts_with(&text)).unwrap_or(source.len())
}

fn end_of_string(source: &[char], start: usize) -> usize {
    let mut i = start + 1;
    while i < source.len() && source[i] != '"' {
        i += if source[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

fn without_tests(words: &[Word]) -> Vec<Word> {
    let is = |i: usize, text: &str| words.get(i).is_some_and(|word| word.text == text);
    let (mut kept, mut i) = (Vec::new(), 0);
    while i < words.len() {
        let inner = usize::from(is(i + 1, "!"));
        if !(is(i, "#") && is(i + 1 + inner, "[")) {
            kept.push(words[i].clone());
            i += 1;
            continue;
        }
        let end = after_brackets(words, i + 1 + inner);
        let attribute = &words[i + 2 + inner..end];
        let names = |text: &str| attribute.iter().any(|word| word.text == text);
        i = end;
        if attribute[0].text != "cfg" || !names("test") || names("not") {
            continue;
        }
        if inner == 1 {
            break;
        }
        while is(i, "#") {
            i = after_brackets(words, i + 1);
        }
        while i < words.len() && !is(i, "{") && !is(i, ";") {
            i = if is(i, "(") || is(i, "[") { after_brackets(words, i) } else { i + 1 };
        }
        i = if is(i, "{") { after_brackets(words, i) } else { i + 1 };
    }
    kept
}

/// Behind the brackets that open at `start`.
pub(crate) fn after_brackets(words: &[Word], start: usize) -> usize {
    let mut depth = 0;
    for (i, word) in words.iter().enumerate().skip(start) {
        match word.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return i + 1;
        }
    }
    words.len()
}
