//! Bodies on their way through the proxy, and what may happen to them at one byte.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::http1::{Length, line};

/// How a connection ends that is not to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// As if the process had exited.
    Close,
    /// As if the machine had.
    Reset,
    /// Nothing more comes, and the connection stays open.
    Hold,
}

impl From<io::Error> for End {
    fn from(_: io::Error) -> Self {
        Self::Close
    }
}

/// What happens to a body, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Harm {
    End(End),
    /// One bit is another.
    Flip,
}

/// What a body passes through.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// After so many bytes from here.
    harm: Option<(u64, Harm)>,
    /// The largest piece, and the wait after each.
    drip: Option<(u64, Duration)>,
    /// What has passed.
    pub(super) passed: u64,
}

impl Gate {
    /// Harm at one byte of a body of this length, whichever the drawn number comes to.
    pub(super) fn harm(&mut self, at: u64, harm: Harm, length: Length) {
        let at = match length {
            Length::Known(length) => at % length.max(1),
            _ => at % 100,
        };
        self.harm = Some((at, harm));
    }

    /// The whole body in so many pieces.
    pub(super) fn drip(&mut self, pieces: u64, pause: Duration, length: Length) {
        let length = if let Length::Known(length) = length { length } else { 1000 };
        self.drip = Some((length.div_ceil(pieces).max(1), pause));
    }

    async fn pass(
        &mut self,
        bytes: &mut [u8],
        writer: &mut (impl AsyncWrite + Unpin),
    ) -> Result<(), End> {
        let length = bytes.len() as u64;
        if let Some((at, harm)) = &mut self.harm {
            if *at >= length {
                *at -= length;
            } else {
                // It is below the length of a slice.
                let place = usize::try_from(*at).unwrap();
                let harm = *harm;
                self.harm = None;
                match harm {
                    Harm::Flip => bytes[place] ^= 1,
                    Harm::End(end) => {
                        writer.write_all(&bytes[..place]).await?;
                        self.passed += place as u64;
                        return Err(end);
                    }
                }
            }
        }
        writer.write_all(bytes).await?;
        self.passed += length;
        if let Some((_, pause)) = self.drip {
            tokio::time::sleep(pause).await;
        }
        Ok(())
    }

    /// The end, if it is before the first byte.
    pub(super) fn at_start(&self) -> Result<(), End> {
        match self.harm {
            Some((0, Harm::End(end))) => Err(end),
            _ => Ok(()),
        }
    }
}

/// Passes a body on.
pub(super) async fn relay(
    reader: &mut (impl AsyncBufRead + Unpin),
    writer: &mut (impl AsyncWrite + Unpin),
    length: Length,
    gate: &mut Gate,
) -> Result<(), End> {
    gate.at_start()?;
    match length {
        Length::Known(length) => relay_some(reader, writer, length, gate).await,
        Length::UntilClose => relay_some(reader, writer, u64::MAX, gate).await.or(Err(End::Close)),
        Length::Chunked => loop {
            let head = line(reader).await?.ok_or(End::Close)?;
            let size = head.split(';').next().unwrap_or_default();
            let size = u64::from_str_radix(size, 16).map_err(|_| End::Close)?;
            writer.write_all(format!("{head}\r\n").as_bytes()).await?;
            relay_some(reader, writer, size, gate).await?;
            let end = line(reader).await?.ok_or(End::Close)?;
            writer.write_all(format!("{end}\r\n").as_bytes()).await?;
            if size == 0 {
                return Ok(());
            }
        },
    }
}

async fn relay_some(
    reader: &mut (impl AsyncBufRead + Unpin),
    writer: &mut (impl AsyncWrite + Unpin),
    mut left: u64,
    gate: &mut Gate,
) -> Result<(), End> {
    let mut buffer = vec![0; usize::try_from(left.clamp(1, 64 * 1024)).unwrap()];
    while left > 0 {
        let most = gate.drip.map_or(u64::MAX, |(piece, _)| piece).min(left);
        let most = usize::try_from(most).unwrap_or(usize::MAX).min(buffer.len());
        let read = reader.read(&mut buffer[..most]).await?;
        if read == 0 {
            return Err(End::Close);
        }
        left -= read as u64;
        gate.pass(&mut buffer[..read], writer).await?;
    }
    Ok(())
}

/// Reads a body and drops it.
pub(super) async fn discard(
    reader: &mut (impl AsyncBufRead + Unpin),
    length: Length,
) -> Result<(), End> {
    relay(reader, &mut tokio::io::sink(), length, &mut Gate::default()).await
}
