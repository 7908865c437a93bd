//! How long it takes until a program says its first word.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::Result;

/// How often: it takes milliseconds.
const TIMES: usize = 50;

/// Milliseconds from start to first byte of stdout, least first.
pub(crate) fn times(command: &mut Command) -> Result<Vec<f64>> {
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let begin = Instant::now();
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut first = [0];
        if let Some(stdout) = &mut process.stdout {
            stdout.read_exact(&mut first)?;
        }
        times.push(begin.elapsed().as_secs_f64() * 1e3);
        // Help is shorter than a pipe: it has been written already.
        process.wait()?;
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}
