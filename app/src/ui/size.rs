//! Sizes as people read them.

/// A number of bytes.
pub(crate) fn bytes(count: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "sizes stay far below 2^53 bytes")]
    bytes_of(count as f64)
}

/// The same of a value in a chart.
pub(crate) fn bytes_of(count: f64) -> String {
    let (mut size, mut unit) = (count, 0);
    while size >= 1024.0 && unit < 4 {
        size /= 1024.0;
        unit += 1;
    }
    let unit = ["B", "KiB", "MiB", "GiB", "TiB"][unit];
    if size < 10.0 && unit != "B" { format!("{size:.1} {unit}") } else { format!("{size:.0} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (count, text) in [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (12 * 1024 * 1024, "12 MiB")] {
            assert_eq!(bytes(count), text);
        }
    }
}
