//! Values as an image: SVG as text.

use std::fmt::Write as _;

/// How the values are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A column each: what was counted in a span of time.
    Columns,
    /// One line: what was measured again and again.
    Line,
}

const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 160.0;
/// Room for the figures beside and beneath.
const LEFT: f64 = 52.0;
const FOOT: f64 = 22.0;
const TOP: f64 = 10.0;

/// The image as SVG. Its only text are figures and labels, escaped. `points`: label and value.
pub fn svg(points: &[(&str, f64)], shape: Shape, written: fn(f64) -> String) -> String {
    let most = top_of(points.iter().map(|(_, value)| *value).fold(0.0, f64::max));
    let (across, up) = (WIDTH - LEFT, HEIGHT - FOOT - TOP);
    #[expect(clippy::cast_precision_loss, reason = "a chart has a few hundred points")]
    let (count, x_of) = (points.len() as f64, |at: usize| at as f64);
    let y = |value: f64| TOP + up * (1.0 - value / most);
    let mut svg = format!(r#"<svg viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false">"#);
    for part in [0.0, 0.5, 1.0] {
        let (at, label) = (y(most * part), escape(&written(most * part)));
        let _ = write!(
            svg,
            r#"<line class="grid" x1="{LEFT}" x2="{WIDTH}" y1="{at:.1}" y2="{at:.1}"/><text x="{:.1}" y="{:.1}" text-anchor="end">{label}</text>"#,
            LEFT - 6.0,
            at + 4.0
        );
    }
    let step = across / count;
    match shape {
        Shape::Columns => {
            for (at, (_, value)) in points.iter().enumerate() {
                let (x, top) = (LEFT + step * (x_of(at) + 0.1), y(*value));
                let _ = write!(
                    svg,
                    r#"<rect class="column" x="{x:.1}" y="{top:.1}" width="{:.1}" height="{:.1}"/>"#,
                    step * 0.8,
                    TOP + up - top
                );
            }
        }
        Shape::Line => {
            let mut line = String::new();
            for (at, (_, value)) in points.iter().enumerate() {
                let _ = write!(line, "{:.1},{:.1} ", LEFT + step * (x_of(at) + 0.5), y(*value));
            }
            // One value makes no line.
            if let [(_, only)] = points {
                let (x, y) = (LEFT + step * 0.5, y(*only));
                let _ = write!(svg, r#"<circle class="point" cx="{x:.1}" cy="{y:.1}" r="4"/>"#);
            }
            let _ = write!(svg, r#"<polyline class="line" points="{}"/>"#, line.trim_end());
        }
    }
    if let (Some((first, _)), Some((last, _))) = (points.first(), points.last()) {
        let foot = HEIGHT - 6.0;
        let _ = write!(svg, r#"<text x="{LEFT}" y="{foot}">{}</text>"#, escape(first));
        if points.len() > 1 {
            let _ = write!(svg, r#"<text x="{WIDTH}" y="{foot}" text-anchor="end">{}</text>"#, escape(last));
        }
    }
    svg.push_str("</svg>");
    svg
}

/// The least round number that holds the greatest value: 1, 2 or 5 with noughts behind it.
fn top_of(most: f64) -> f64 {
    let mut ten = 1.0;
    while most > ten * 10.0 {
        ten *= 10.0;
    }
    [2.0, 5.0, 10.0].into_iter().map(|factor| ten * factor).find(|top| *top >= most).unwrap_or(ten * 10.0)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(value: f64) -> String {
        format!("{value:.0}")
    }

    #[test]
    fn the_scale_ends_at_a_round_number() {
        for (most, top) in
            [(0.0, 2.0), (1.0, 2.0), (2.0, 2.0), (3.0, 5.0), (9.0, 10.0), (11.0, 20.0), (140.0, 200.0), (501.0, 1000.0)]
        {
            assert!((top_of(most) - top).abs() < f64::EPSILON, "{most}: {}", top_of(most));
        }
    }

    #[test]
    fn every_value_has_a_column_and_labels_are_text() {
        let svg = svg(&[("<1>", 1.0), ("2", 2.0), ("<0>", 0.0)], Shape::Columns, whole);
        assert_eq!(svg.matches("<rect").count(), 3);
        assert!(svg.contains("&lt;1&gt;") && !svg.contains("<1>"));
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }

    #[test]
    fn a_line_goes_through_every_value_at_its_height() {
        let drawn = svg(&[("a", 0.0), ("b", 2.0)], Shape::Line, whole);
        let line = drawn.split("points=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(line, "149.0,138.0 343.0,10.0");
        assert!(!drawn.contains("<circle"));
        assert!(svg(&[("a", 1.0)], Shape::Line, whole).contains("<circle"), "one value can be seen");
    }
}
