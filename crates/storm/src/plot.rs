//! Line plots as inline SVG.

use std::fmt::Write;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 64.0;
const BOTTOM: f64 = 34.0;
const TOP: f64 = 22.0;
const RIGHT: f64 = 16.0;
const COLOURS: [&str; 16] = [
    "#c8372d", "#2f6f9f", "#3c8d5a", "#b8860b", "#7d4fa3", "#d2691e", "#5f6f7f", "#a0426b", "#1fa5a5", "#8a6d5a",
    "#e07a9a", "#5b8def", "#8fbf3f", "#e0b040", "#b39ddb", "#4a5568",
];

/// One line of a plot.
pub(crate) struct Line {
    pub name: String,
    pub points: Vec<(f64, f64)>,
}

pub(crate) struct Plot {
    pub title: &'static str,
    pub x: &'static str,
    pub y: &'static str,
    /// Whether the y axis is logarithmic.
    pub log_y: bool,
    /// Marks on the x axis; empty: chosen.
    pub x_marks: Vec<(f64, String)>,
    pub lines: Vec<Line>,
}

impl Plot {
    /// The plot with its legend, as a `<figure>`.
    pub(crate) fn render(&self) -> String {
        let points = || self.lines.iter().flat_map(|line| line.points.iter().copied());
        let (x_min, x_max) = range(points().map(|p| p.0));
        let (_, y_most) = range(points().map(|p| p.1));
        let floor = if self.log_y { 0.01 } else { 0.0 };
        let y_max = if self.log_y { 10_f64.powf(y_most.max(0.1).log10().ceil()) } else { round_up(y_most) };
        let x_at = |x: f64| LEFT + (x - x_min) / (x_max - x_min).max(1e-9) * (WIDTH - LEFT - RIGHT);
        let scale = |y: f64| if self.log_y { (y.max(floor) / floor).log10() } else { y };
        let y_at = |y: f64| HEIGHT - BOTTOM - scale(y) / scale(y_max).max(1e-9) * (HEIGHT - BOTTOM - TOP);

        let mut svg = format!(
            "<figure><figcaption>{}</figcaption><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">",
            self.title, self.title
        );
        for y in self.y_marks(floor, y_max) {
            let at = y_at(y);
            let _ = write!(
                svg,
                "<path class=\"grid\" d=\"M{LEFT} {at:.1}H{}\"/><text x=\"{}\" y=\"{:.1}\" class=\"y\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 8.0,
                at + 4.0,
                short(y)
            );
        }
        let marks = if self.x_marks.is_empty() { x_marks(x_min, x_max) } else { self.x_marks.clone() };
        for (x, name) in marks {
            let _ = write!(svg, "<text x=\"{:.1}\" y=\"{}\" class=\"x\">{name}</text>", x_at(x), HEIGHT - 16.0);
        }
        let _ = write!(
            svg,
            "<text x=\"{}\" y=\"{}\" class=\"x\">{}</text><text x=\"4\" y=\"11\">{}</text>",
            WIDTH / 2.0,
            HEIGHT - 2.0,
            self.x,
            self.y
        );
        let mut legend = String::new();
        for (line, colour) in self.lines.iter().zip(COLOURS.iter().cycle()) {
            let mut path = String::new();
            for (n, &(x, y)) in line.points.iter().enumerate() {
                let _ = write!(path, "{}{:.1} {:.1}", if n == 0 { 'M' } else { 'L' }, x_at(x), y_at(y));
            }
            let _ = write!(svg, "<path class=\"line\" stroke=\"{colour}\" d=\"{path}\"/>");
            let _ = write!(legend, "<span><i style=\"background:{colour}\"></i>{}</span>", escape(&line.name));
        }
        format!("{svg}</svg><div class=\"legend\">{legend}</div></figure>")
    }

    fn y_marks(&self, floor: f64, most: f64) -> Vec<f64> {
        if self.log_y {
            let decades = (most / floor).log10().round() as i32;
            return (0..=decades).map(|n| floor * 10_f64.powi(n)).collect();
        }
        (0..=4).map(|n| most * f64::from(n) / 4.0).collect()
    }
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (min, max) = values.fold((f64::MAX, f64::MIN), |(min, max), v| (v.min(min), v.max(max)));
    if min > max { (0.0, 1.0) } else { (min, max) }
}

fn round_up(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let step = 10_f64.powf(value.log10().floor());
    (value / step * 2.0).ceil() / 2.0 * step
}

fn x_marks(min: f64, max: f64) -> Vec<(f64, String)> {
    let step = round_up((max - min) / 8.0).max(1.0).ceil();
    let count = ((max - min) / step).floor() as u32;
    (0..=count).map(|n| min + step * f64::from(n)).map(|x| (x, format!("{x:.0}"))).collect()
}

fn short(value: f64) -> String {
    match value {
        v if v >= 1e6 => format!("{:.1}M", v / 1e6),
        v if v >= 1e4 => format!("{:.0}k", v / 1e3),
        v if v >= 10.0 || v == 0.0 => format!("{v:.0}"),
        v => format!("{v:.2}"),
    }
}

/// Text made safe for HTML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plots_stay_inside_their_frame() {
        for log_y in [false, true] {
            let points = vec![(0.0, 0.0), (1.0, 123.4), (2.0, 7.0)];
            let lines = vec![Line { name: "a<b".into(), points }];
            let plot = Plot { title: "t", x: "s", y: "ms", log_y, x_marks: Vec::new(), lines };
            let svg = plot.render();
            assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains("d=\"M-"), "{svg}");
            assert!(svg.contains("a&lt;b"));
        }
        let empty = Plot { title: "t", x: "", y: "", log_y: true, x_marks: Vec::new(), lines: Vec::new() };
        assert!(!empty.render().contains("NaN"));
        assert_eq!([round_up(0.0), round_up(8.0), round_up(110.0), round_up(51.0)], [1.0, 8.0, 150.0, 55.0]);
    }
}
