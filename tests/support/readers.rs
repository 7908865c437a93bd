//! What other programs read: the module below `tests/readers`, which is made of their own code.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// The program that answers for them.
pub(crate) struct Readers {
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Readers {
    #[track_caller]
    pub(crate) fn start() -> Self {
        // The path of `scripts/parts`, so that `cargo test` alone finds it too.
        let path = Command::new("bash")
            .args(["-c", ". scripts/parts && echo \"$readers\""])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let path = String::from_utf8(path.stdout).unwrap();
        let mut process = Command::new(path.trim())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{path}: {error}; `make test` builds it"));
        let (questions, answers) = (process.stdin.take(), process.stdout.take());
        Self { process, questions, answers: BufReader::new(answers.unwrap()) }
    }

    /// One question and its answer; the shapes are those of `tests/readers/main.go`.
    #[track_caller]
    pub(crate) fn ask(&mut self, question: &Value) -> Value {
        writeln!(self.questions.as_mut().unwrap(), "{question}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{question}: {error}"))
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        // It ends with its input.
        self.questions = None;
        let _ = self.process.wait();
    }
}
