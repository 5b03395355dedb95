//! Files that come from a hub, and how long they are.

use std::{fs::OpenOptions, future::Future, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};

use client::Download;

use crate::terminal::Done;

/// Writes what comes into a new file that nobody but those of `mode` may read. What breaks off is removed: it would look whole.
pub(crate) async fn save(
    coming: impl Future<Output = Result<Download, client::Error>>,
    to: &Path,
    mode: u32,
) -> Done<u64> {
    let told = |error: std::io::Error| format!("{} can't be written: {error}", to.display());
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(to).map_err(told)?;
    let fetched = async {
        let mut coming = coming.await?;
        let mut bytes = 0;
        while let Some(piece) = coming.next().await? {
            file.write_all(&piece).map_err(told)?;
            bytes += piece.len() as u64;
        }
        if coming.length().is_some_and(|length| length != bytes) {
            return Err("it broke off".into());
        }
        file.sync_all().map_err(told)?;
        Done::Ok(bytes)
    };
    let fetched = fetched.await;
    if fetched.is_err() {
        std::fs::remove_file(to)?;
    }
    fetched
}

/// A length as people read it.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{}.{} MiB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, text) in [(0, "0 B"), (1023, "1023 B"), (25_088, "24 KiB"), (1_572_864, "1.5 MiB")] {
            assert_eq!(size(bytes), text);
        }
    }
}
