//! The report as one HTML page without outside assets.

use std::{collections::BTreeSet, fmt::Write};

use crate::{
    Report, Violation,
    plot::{Line, Plot, escape},
};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:900px;margin:2rem auto;padding:0 1rem;\
color:#2b2320;background:#fbf7f2}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;\
width:100%;font-variant-numeric:tabular-nums}th,td{text-align:right;padding:.3rem .6rem;border-bottom:1px solid #e6dcd2}\
th:first-child,td:first-child{text-align:left}figure{margin:1.5rem 0}figcaption{font-weight:600}svg{width:100%;height:auto}\
svg text{font-size:11px;fill:#6d6059}.x{text-anchor:middle}.y{text-anchor:end}.grid{stroke:#e6dcd2}\
.line{fill:none;stroke-width:1.6}.legend span{margin-right:1rem;font-size:13px}.legend i{display:inline-block;width:12px;\
height:3px;margin-right:5px;vertical-align:middle}.good{color:#2f7d4f}.bad{color:#c8372d}code{font-size:13px}\
@media(prefers-color-scheme:dark){body{color:#ece4dd;background:#1d1917}th,td{border-color:#3a322d}.grid{stroke:#3a322d}\
svg text{fill:#a99b91}}";

/// The whole page.
pub(crate) fn render(report: &Report) -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>Laisee storm, seed {}</title><style>{STYLE}</style><body>",
        report.plan.seed
    );
    let verdict = match report.is_clean() {
        true => "<b class=\"good\">Everything acknowledged is there exactly once; no law was broken.</b>".to_owned(),
        false => format!(
            "<b class=\"bad\">{} violations while playing, {} when comparing, {} operations never answered.</b>",
            report.violation_count, report.verification.violation_count, report.unresolved
        ),
    };
    let _ = write!(
        page,
        "<h1>Storm with seed {}</h1><p>{verdict}</p><p>{} users in groups of {}, {:.0} s; {} reconnects, {} reloads.</p>",
        report.plan.seed, report.plan.users, report.plan.group_size, report.seconds, report.reconnects, report.reloads
    );
    operations(&mut page, report);
    for plot in [over_time(report), latency_over_time(report), percentiles(report)] {
        page.push_str(&plot.render());
    }
    if report.series.iter().any(|second| second.resident_mib.is_some()) {
        page.push_str(&memory(report).render());
    }
    errors(&mut page, report);
    violations(&mut page, "Broken while playing", &report.violations);
    violations(&mut page, "Found when comparing", &report.verification.violations);
    compared(&mut page, report);
    let plan = serde_json::to_string_pretty(&report.plan).unwrap_or_default();
    let _ = write!(page, "<h2>Plan</h2><pre><code>{}</code></pre></body></html>", escape(&plan));
    page
}

fn operations(page: &mut String, report: &Report) {
    page.push_str(
        "<h2>Operations</h2><table><tr><th>kind<th>count<th>per s<th>p50 ms<th>p90<th>p99<th>p99.9<th>max</tr>",
    );
    for (kind, o) in &report.operations {
        let _ = write!(
            page,
            "<tr><td>{kind}<td>{}<td>{:.0}<td>{:.2}<td>{:.2}<td>{:.2}<td>{:.2}<td>{:.2}</tr>",
            o.count, o.per_s, o.p50_ms, o.p90_ms, o.p99_ms, o.p999_ms, o.max_ms
        );
    }
    page.push_str("</table>");
}

fn memory(report: &Report) -> Plot {
    let points = report.series.iter().enumerate();
    let points = points.filter_map(|(at, second)| second.resident_mib.map(|mib| (at as f64, mib))).collect();
    let lines = vec![Line { name: "the watched process".into(), points }];
    Plot { title: "Resident memory", x: "seconds", y: "MiB", log_y: false, x_marks: Vec::new(), lines }
}

fn over_time(report: &Report) -> Plot {
    let kinds: BTreeSet<&String> = report.series.iter().flat_map(|second| second.done.keys()).collect();
    let count = |kind: &String, at: usize| report.series[at].done.get(kind).copied().unwrap_or(0) as f64;
    let line = |kind: &String| Line {
        name: kind.clone(),
        points: (0..report.series.len()).map(|at| (at as f64, count(kind, at))).collect(),
    };
    let mut lines: Vec<Line> = kinds.into_iter().map(line).collect();
    let errors = report.series.iter().enumerate().map(|(at, second)| (at as f64, second.errors as f64)).collect();
    lines.push(Line { name: "errors".into(), points: errors });
    Plot { title: "Throughput", x: "seconds", y: "per second", log_y: false, x_marks: Vec::new(), lines }
}

fn latency_over_time(report: &Report) -> Plot {
    let line = |name: &str, of: fn(&crate::Second) -> f64| Line {
        name: name.into(),
        points: report.series.iter().enumerate().map(|(at, second)| (at as f64, of(second))).collect(),
    };
    let lines = vec![line("p50", |second| second.p50_ms), line("p99", |second| second.p99_ms)];
    Plot { title: "Latency over time", x: "seconds", y: "ms", log_y: true, x_marks: Vec::new(), lines }
}

/// Percentiles on a scale where each further nine takes the same room.
fn percentiles(report: &Report) -> Plot {
    let nines = |percentile: f64| -(1.0 - percentile.min(99.995) / 100.0).log10();
    let lines = report.operations.iter().map(|(kind, operation)| Line {
        name: kind.clone(),
        points: operation.curve.iter().map(|&(percentile, ms)| (nines(percentile), ms)).collect(),
    });
    let marks = [0.0, 50.0, 90.0, 99.0, 99.9, 99.99].map(|percentile| (nines(percentile), percentile.to_string()));
    Plot {
        title: "Latency by percentile",
        x: "percentile",
        y: "ms",
        log_y: true,
        x_marks: marks.into(),
        lines: lines.collect(),
    }
}

fn errors(page: &mut String, report: &Report) {
    page.push_str("<h2>Errors by code</h2><table><tr><th>code<th>times</tr>");
    for (code, times) in &report.errors {
        let _ = write!(page, "<tr><td>{}<td>{times}</tr>", escape(code));
    }
    page.push_str("</table><p>In brackets: the transport. What can be tried again was.</p>");
}

fn violations(page: &mut String, title: &str, violations: &[Violation]) {
    if violations.is_empty() {
        return;
    }
    let _ = write!(page, "<h2 class=\"bad\">{title}</h2><table><tr><th>rule<th>what</tr>");
    for violation in violations {
        let _ = write!(page, "<tr><td>{}<td>{}</tr>", escape(&violation.rule), escape(&violation.what));
    }
    page.push_str("</table>");
}

fn compared(page: &mut String, report: &Report) {
    let v = &report.verification;
    let _ = write!(
        page,
        "<h2>Compared at the end</h2><table><tr><td>messages stored<td>{}</tr><tr><td>of these acknowledged<td>{}</tr>\
         <tr><td>packets<td>{}</tr><tr><td>opens<td>{}</tr><tr><td>transfers<td>{}</tr><tr><td>top-ups<td>{}</tr>\
         <tr><td>withdrawals<td>{}</tr>",
        v.messages, v.acknowledged_messages, v.packets, v.opens, v.transfers, v.top_ups, v.withdrawals
    );
    let _ = write!(
        page,
        "<tr><td>fen in wallets<td>{}</tr><tr><td>fen in packets<td>{}</tr><tr><td>fen in transfers<td>{}</tr>\
         <tr><td>fen held for withdrawals<td>{}</tr><tr><td>fen taken out<td>{}</tr></table>",
        v.balances, v.in_packets, v.in_transfers, v.held, v.taken_out
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Operation, Second};

    #[test]
    fn a_page_stands_alone() {
        let operation =
            Operation { count: 1, curve: vec![(0.0, 0.1), (99.0, 3.0), (100.0, 9.0)], ..Operation::default() };
        let second = Second { done: [("message".to_owned(), 7)].into(), p99_ms: 3.0, ..Second::default() };
        let report = Report {
            operations: [("message".to_owned(), operation)].into(),
            series: vec![second.clone(), second],
            violation_count: 1,
            violations: vec![Violation { rule: "M6".into(), what: "<script>".into() }],
            ..Report::default()
        };
        let page = render(&report);
        assert!(page.contains("Broken while playing") && page.contains("&lt;script&gt;"));
        assert!(!page.contains("NaN") && !page.contains("src=") && !page.contains("http"));
    }
}
