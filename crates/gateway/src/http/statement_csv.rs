//! A statement as CSV (RFC 4180), written while it is read, so that its length costs no memory.

use std::collections::BTreeMap;

use axum::{
    body::{Body, Bytes},
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, Response, header},
};
use futures_util::stream::{self, TryStreamExt};
use laisee_core::{
    ids::{Millis, UserId},
    query::{Profile, StatementFilter},
    wallet::{Movement, MovementKind},
};
use laisee_wire::v1;

use super::{
    Door,
    rest::{Pairs, bearer, refuse, too_fast},
};
use crate::{
    convert::{self, bad_request},
    handle::Lines,
};

/// Lines read at a time.
const PAGE: usize = 200;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Tells spreadsheets that what follows is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What is left to write.
struct Writing {
    door: Door,
    user: UserId,
    filter: StatementFilter,
    search: String,
    offset_ms: i64,
    before: u64,
    begun: bool,
    ended: bool,
}

/// `GET /v1/wallet/statement.csv`: the lines that fit, newest first. Takes the parameters of `GetStatement`, and `zone`.
pub(super) async fn export(State(door): State<Door>, Query(query): Query<Pairs>, fields: HeaderMap) -> Response<Body> {
    match begin(door, query, &fields).await {
        Ok(writing) => respond(writing),
        Err(refused) => refuse(&refused),
    }
}

async fn begin(door: Door, mut query: Pairs, fields: &HeaderMap) -> Result<Writing, v1::Error> {
    let who = door.desk.identify(bearer(fields)?).await?;
    door.requests.take(who.user, (door.desk.clock)()).map_err(too_fast)?;
    let zone = query.iter().position(|(name, _)| name == "zone").map(|at| query.remove(at).1);
    let offset_ms =
        offset(zone.as_deref().unwrap_or("+00:00")).ok_or_else(|| bad_request("a zone looks like +08:00"))?;
    let asked = super::rest::statement_query(query)?;
    let filter = convert::statement_filter(&asked)?;
    let (user, search) = (who.user, asked.search);
    Ok(Writing { door, user, filter, search, offset_ms, before: asked.before, begun: false, ended: false })
}

fn respond(writing: Writing) -> Response<Body> {
    let pieces = stream::try_unfold(writing, |mut writing| async move {
        if writing.ended {
            return Ok(None);
        }
        let piece = writing.next().await?;
        Ok::<_, axum::BoxError>(Some((Bytes::from(piece), writing)))
    });
    let mut response = Response::new(Body::from_stream(pieces.map_err(|error| error)));
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    fields.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"statement.csv\""));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

impl Writing {
    async fn next(&mut self) -> Result<String, axum::BoxError> {
        let desk = &self.door.desk;
        let failed = |error: v1::Error| axum::BoxError::from(error.message);
        let lines = desk.lines(self.user, self.before, PAGE, &self.filter, &self.search).await.map_err(failed)?;
        let Lines { movements, next_before, mut people } = lines;
        desk.meet(&movements, &mut people).await.map_err(failed)?;
        let mut text = String::new();
        if !self.begun {
            text.push_str(BYTE_ORDER_MARK);
            text.push_str(&head(self.offset_ms));
        }
        for movement in &movements {
            text.push_str(&line(movement, &people, self.offset_ms));
        }
        (self.begun, self.before, self.ended) = (true, next_before, next_before == 0);
        Ok(text)
    }
}

fn head(offset_ms: i64) -> String {
    format!(
        "number,time (UTC{}),kind,amount (CNY),balance (CNY),counterpart,packet,transfer,order,note\r\n",
        zone(offset_ms)
    )
}

fn line(movement: &Movement, people: &BTreeMap<UserId, Profile>, offset_ms: i64) -> String {
    let person = movement.counterpart.and_then(|user| people.get(&user));
    let counterpart = person.map(|person| format!("{} ({})", person.display_name, person.name)).unwrap_or_default();
    let id = |id: Option<u64>| id.map(|id| id.to_string()).unwrap_or_default();
    format!(
        "{},{},{},{},{},{},{},{},{},{}\r\n",
        movement.number,
        time(movement.at, offset_ms),
        word(movement.kind),
        convert::yuan(movement.amount),
        convert::yuan(movement.balance),
        cell(&counterpart),
        id(movement.packet.map(|packet| packet.0)),
        id(movement.transfer.map(|transfer| transfer.0)),
        id(movement.order.map(|order| order.0)),
        cell(&movement.note),
    )
}

fn word(kind: MovementKind) -> &'static str {
    match kind {
        MovementKind::TopUp => "top-up",
        MovementKind::PacketSent => "packet sent",
        MovementKind::PacketOpened => "packet opened",
        MovementKind::PacketRefund => "packet refund",
        MovementKind::TransferSent => "transfer sent",
        MovementKind::TransferRefund => "transfer refund",
        MovementKind::TransferReceived => "transfer received",
        MovementKind::TransferGivenBack => "transfer given back",
        MovementKind::Withdrawal => "withdrawal",
        MovementKind::WithdrawalReturned => "withdrawal returned",
    }
}

/// Other people's words in a cell. A spreadsheet would carry out what looks like a formula, so that gets an apostrophe
/// in front (OWASP, "CSV Injection"); the rest is as RFC 4180 says.
fn cell(words: &str) -> String {
    let formula = words.trim_start().starts_with(['=', '+', '-', '@']) || words.starts_with(['\t', '\r', '\n']);
    let words = if formula { format!("'{words}") } else { words.to_owned() };
    if words.contains([',', '"', '\r', '\n']) { format!("\"{}\"", words.replace('"', "\"\"")) } else { words }
}

/// The moment as it stands on a clock of that zone.
fn time(at: Millis, offset_ms: i64) -> String {
    let local = at.0.saturating_add(offset_ms);
    let (year, month, day) = civil(local.div_euclid(DAY_MS));
    let second = local.rem_euclid(DAY_MS) / 1_000;
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60)
}

/// Year, month and day of a day since 1970 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let month_from_january = if month < 10 { month + 3 } else { month - 9 };
    (
        year_of_era + era * 400 + i64::from(month_from_january <= 2),
        month_from_january,
        day_of_year - (153 * month + 2) / 5 + 1,
    )
}

/// `+08:00` in ms. A `+` in a query may have become a space.
fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.chars().next()? {
        '+' | ' ' => 1,
        '-' => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let two = |digits: &str| (digits.len() == 2).then(|| digits.parse::<u8>().ok()).flatten().map(i64::from);
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000)
}

fn zone(offset_ms: i64) -> String {
    let minutes = offset_ms.abs() / 60_000;
    format!("{}{:02}:{:02}", if offset_ms < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_breaks_out() {
        for (words, expected) in [
            ("plain", "plain"),
            ("恭喜发财", "恭喜发财"),
            ("", ""),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("  =1", "'  =1"),
            ("\t=1", "'\t=1"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""),
            ("two\r\nlines", "\"two\r\nlines\""),
        ] {
            assert_eq!(cell(words), expected);
        }
    }

    #[test]
    fn times_are_those_of_the_zone() {
        let at = Millis(1_795_521_600_000);
        for (zone_text, expected) in [
            ("+00:00", "2026-11-24 12:00:00"),
            ("+08:00", "2026-11-24 20:00:00"),
            (" 08:00", "2026-11-24 20:00:00"),
            ("-12:30", "2026-11-23 23:30:00"),
        ] {
            let offset_ms = offset(zone_text).expect("a zone");
            assert_eq!(time(at, offset_ms), expected, "{zone_text}");
        }
        assert_eq!(time(Millis(951_782_400_000), 0), "2000-02-29 00:00:00");
        assert_eq!((zone(0), zone(-45_000_000)), ("+00:00".to_owned(), "-12:30".to_owned()));
        for wrong in ["", "8", "+8:00", "+08", "+15:00", "+08:60", "Z", "+0a:00", "利08:00"] {
            assert_eq!(offset(wrong), None, "{wrong}");
        }
    }
}
