//! Requests over plain HTTP.

use laisee_gateway::http::{
    rest::{assemble, decode},
    routes::ROUTES,
};

use super::frame::ask;

/// Whatever body, query and path say, they make a request or a refusal. The first byte chooses the route; the rest are
/// lines, of which the first is the path's parameter, the second the query, and what follows the body.
pub fn check(bytes: &[u8]) {
    let Some((route, rest)) = bytes.split_first() else { return };
    let route = &ROUTES[usize::from(*route) % ROUTES.len()];
    let mut parts = rest.splitn(3, |byte| *byte == b'\n');
    let mut text = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (parameter, query) = (text(), text());
    let body = parts.next().unwrap_or_default();
    let Ok(fields) = decode(body) else { return };
    let query = query.split('&').filter_map(|pair| pair.split_once('='));
    let query = query.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let path = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let path: Vec<_> = path.map(|name| (name, &*parameter)).collect();
    if let Ok(request) = assemble(route, fields, query, path) {
        ask(request);
    }
}
