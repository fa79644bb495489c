//! The OpenAPI description, made from the route table and the compiled protocol: it cannot say anything else than they do.

use std::{collections::BTreeMap, sync::LazyLock};

use laisee_wire::DESCRIPTORS;
use prost_reflect::{DescriptorPool, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};

use super::{
    admin_routes::ADMIN_ROUTES,
    further_routes::{Caller, FURTHER_ROUTES, FurtherRoute, Given, Taken},
    routes::{Method, ROUTES},
};

static POOL: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(DESCRIPTORS).expect("the build wrote the descriptors"));

/// A message of the protocol by its short name.
#[must_use]
pub fn message(name: &str) -> MessageDescriptor {
    POOL.get_message_by_name(&format!("laisee.v1.{name}")).expect("routes name messages of the protocol")
}

/// What an operation's description is made of.
struct Operation {
    method: Method,
    path: &'static str,
    id: Option<&'static str>,
    summary: &'static str,
    taken: Taken,
    given: Given,
    /// Whose fields the query carries, but for those in the path.
    query_of: Option<&'static str>,
    query: &'static [&'static str],
    /// Whose fields the path's braces fill; without one, ids.
    path_of: Option<&'static str>,
    needs_token: bool,
    /// For operators: the least role.
    role: Option<&'static str>,
}

/// The description for clients as JSON: every path that is not under `/v1/admin`.
#[must_use]
pub fn description() -> Value {
    let requests = ROUTES.iter().map(|route| Operation {
        role: None,
        ..of_request(route.method, route.path, (route.request, route.answer), route.summary)
    });
    let further = FURTHER_ROUTES.iter().filter(|route| !is_admins(route.path)).map(of_further);
    describe("Laisee", further.chain(requests))
}

/// The description for operators as JSON. Each operation says in `x-role` which role is the least.
#[must_use]
pub fn admin_description() -> Value {
    let requests = ADMIN_ROUTES.iter().map(|route| Operation {
        role: Some(route.permission.least().word()),
        ..of_request(route.method, route.path, (route.request, route.answer), route.summary)
    });
    let further = FURTHER_ROUTES.iter().filter(|route| is_admins(route.path)).map(of_further);
    describe("Laisee for operators", further.chain(requests))
}

fn is_admins(path: &str) -> bool {
    path.starts_with("/v1/admin/")
}

fn of_request(
    method: Method,
    path: &'static str,
    (request, answer): (&'static str, &'static str),
    summary: &'static str,
) -> Operation {
    let (taken, query_of) = match method {
        Method::Get => (Taken::Nothing, Some(request)),
        Method::Delete => (Taken::Nothing, None),
        Method::Post | Method::Put | Method::Patch => (Taken::Message(request), None),
    };
    let (given, path_of, id) = (Given::Message(answer), Some(request), Some(request));
    Operation { method, path, id, summary, taken, given, query_of, query: &[], path_of, needs_token: true, role: None }
}

fn of_further(route: &FurtherRoute) -> Operation {
    let &FurtherRoute { method, path, caller, taken, given, query_of, query, summary, .. } = route;
    let id = match taken {
        Taken::Message(request) => Some(request),
        _ => None,
    };
    let role = match caller {
        Caller::Operator(permission) => Some(permission.least().word()),
        _ => None,
    };
    let needs_token = matches!(caller, Caller::User | Caller::Operator(_));
    Operation { method, path, id, summary, taken, given, query_of, query, path_of: None, needs_token, role }
}

fn describe(title: &str, operations: impl Iterator<Item = Operation>) -> Value {
    let mut schemas = BTreeMap::new();
    let mut paths: Map<String, Value> = Map::new();
    for route in operations {
        let operation = operation(&route, &mut schemas);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[method(route.method)] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": title, "version": env!("CARGO_PKG_VERSION"), "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" } },
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas,
        },
    })
}

fn method(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Put => "put",
        Method::Patch => "patch",
        Method::Delete => "delete",
    }
}

fn operation(route: &Operation, schemas: &mut BTreeMap<String, Value>) -> Value {
    let mut parameters = Vec::new();
    let mut parameter = |name: &str, place: &str, schema: Value| {
        parameters.push(json!({ "name": name, "in": place, "required": place == "path", "schema": schema }));
    };
    let in_path: Vec<&str> = route.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
    for name in &in_path {
        let field = route.path_of.and_then(|request| message(request).get_field_by_json_name(name));
        parameter(name, "path", field.map_or_else(whole_number, |field| field_schema(&field, schemas)));
    }
    for field in route.query_of.iter().flat_map(|request| message(request).fields().collect::<Vec<_>>()) {
        if !in_path.contains(&field.json_name()) {
            parameter(field.json_name(), "query", field_schema(&field, schemas));
        }
    }
    for name in route.query {
        parameter(name, "query", json!({ "type": "string" }));
    }
    let mut operation = json!({
        "summary": route.summary,
        "parameters": parameters,
        "responses": responses(route.given, schemas),
    });
    if let Some(id) = route.id {
        operation["operationId"] = json!(id);
    }
    match route.taken {
        Taken::Nothing => {}
        Taken::Message(request) => {
            operation["requestBody"] = json!({ "required": true, "content": content(request, schemas) });
        }
        Taken::Bytes(kind) => {
            operation["requestBody"] = json!({ "required": true, "content": { kind: { "schema": {} } } });
        }
    }
    if !route.needs_token {
        operation["security"] = json!([]);
    }
    if let Some(role) = route.role {
        operation["x-role"] = json!(role);
    }
    operation
}

fn responses(given: Given, schemas: &mut BTreeMap<String, Value>) -> Value {
    let refused =
        json!({ "description": "Refused or failed; nothing was changed", "content": content("Error", schemas) });
    match given {
        Given::Message(answer) => {
            json!({ "200": { "description": "Done", "content": content(answer, schemas) }, "default": refused })
        }
        Given::Bytes(kind) => {
            json!({ "200": { "description": "Done", "content": { kind: { "schema": {} } } }, "default": refused })
        }
        Given::Json => {
            let content = json!({ "application/json": { "schema": { "type": "object" } } });
            json!({ "200": { "description": "Done", "content": content } })
        }
        Given::Live => json!({ "101": { "description": "A WebSocket from here on" } }),
    }
}

fn content(name: &str, schemas: &mut BTreeMap<String, Value>) -> Value {
    json!({ "application/json": { "schema": reference(&message(name), schemas) } })
}

fn reference(message: &MessageDescriptor, schemas: &mut BTreeMap<String, Value>) -> Value {
    let name = message.name().to_owned();
    if !schemas.contains_key(&name) {
        // Put in first, so that a message that contains itself ends.
        schemas.insert(name.clone(), json!({}));
        let fields = message.fields().map(|field| (field.json_name().to_owned(), field_schema(&field, schemas)));
        let properties: Map<String, Value> = fields.collect();
        schemas.insert(name.clone(), json!({ "type": "object", "properties": properties }));
    }
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The canonical JSON mapping: 64-bit integers are strings, bytes base64, enums their names.
fn field_schema(field: &FieldDescriptor, schemas: &mut BTreeMap<String, Value>) -> Value {
    let one = match field.kind() {
        Kind::Message(message) => reference(&message, schemas),
        Kind::Enum(kind) => {
            let names: Vec<String> = kind.values().map(|value| value.name().to_owned()).collect();
            json!({ "type": "string", "enum": names })
        }
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::String => json!({ "type": "string" }),
        Kind::Bytes => json!({ "type": "string", "contentEncoding": "base64" }),
        Kind::Int64 | Kind::Uint64 | Kind::Sint64 | Kind::Fixed64 | Kind::Sfixed64 => whole_number(),
        Kind::Double | Kind::Float => json!({ "type": "number" }),
        Kind::Int32 | Kind::Uint32 | Kind::Sint32 | Kind::Fixed32 | Kind::Sfixed32 => json!({ "type": "integer" }),
    };
    if field.is_list() { json!({ "type": "array", "items": one }) } else { one }
}

/// 64 bits, as a string.
fn whole_number() -> Value {
    json!({ "type": "string", "pattern": "^-?[0-9]+$" })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Section 9 of `PROTOCOL.md` lists exactly the routes there are.
    #[test]
    fn the_protocol_page_lists_the_routes() {
        let page = include_str!("../../../../PROTOCOL.md");
        let word = |method| method_name(method);
        let mut listed: Vec<&str> =
            page.lines().filter(|line| line.starts_with("| ") && line.contains(" /v1/")).collect();
        listed.sort_unstable();
        let mut routes: Vec<String> = ROUTES
            .iter()
            .map(|route| format!("| {} {} | {} | {}", word(route.method), route.path, route.request, route.answer))
            .chain(["| POST /v1/sign-up | SignUp | SignedIn".into(), "| POST /v1/sign-in | SignIn | SignedIn".into()])
            .collect();
        routes.sort_unstable();
        assert_eq!(listed.len(), routes.len());
        for (listed, route) in listed.iter().zip(&routes) {
            assert!(listed.starts_with(route.as_str()), "PROTOCOL.md says `{listed}`, the table `{route}`");
        }
    }

    /// `docs/admin-api.md` lists exactly the routes of operators that there are, with their roles.
    #[test]
    fn the_page_for_operators_lists_their_routes() {
        let page = include_str!("../../../../docs/admin-api.md");
        let mut listed: Vec<&str> =
            page.lines().filter(|line| line.starts_with("| ") && line.contains(" /v1/")).collect();
        listed.sort_unstable();
        let open = "| POST /v1/admin/sign-in | - | SignInOperator | OperatorSignedIn |".to_owned();
        let mut routes: Vec<String> = ADMIN_ROUTES
            .iter()
            .map(|route| {
                let (method, role) = (method_name(route.method), route.permission.least().word());
                format!("| {method} {} | {role} | {} | {} |", route.path, route.request, route.answer)
            })
            .chain([open])
            .collect();
        routes.sort_unstable();
        for (listed, route) in listed.iter().zip(&routes) {
            assert!(listed.starts_with(route.as_str()), "docs/admin-api.md says `{listed}`, the table `{route}`");
        }
        assert_eq!(listed.len(), routes.len());
    }

    /// And what no table lists stands in the text of one of the two pages.
    #[test]
    fn the_pages_name_every_further_path() {
        let pages = [include_str!("../../../../PROTOCOL.md"), include_str!("../../../../docs/admin-api.md")];
        for route in FURTHER_ROUTES {
            let named = |page: &str| page.split([' ', '`', '?', '|']).any(|word| word == route.path);
            assert!(pages.into_iter().any(named), "no page names {}", route.path);
        }
    }

    fn method_name(one: Method) -> String {
        method(one).to_uppercase()
    }

    /// Every route of the router is described, in one of the two, and nothing else is.
    #[test]
    fn what_is_served_is_what_is_described() {
        let of = |description: &Value| {
            let paths = description["paths"].as_object().expect("it has paths").clone();
            let methods =
                |path: &Value| path.as_object().expect("a path has methods").keys().cloned().collect::<Vec<_>>();
            paths
                .iter()
                .flat_map(|(path, found)| methods(found).into_iter().map(|m| (path.clone(), m)))
                .collect::<Vec<_>>()
        };
        let mut described: Vec<(String, String)> = of(&description());
        assert!(described.iter().all(|(path, _)| !is_admins(path)));
        described.extend(of(&admin_description()));
        let served = ROUTES.iter().map(|route| (route.path, route.method));
        let served = served.chain(ADMIN_ROUTES.iter().map(|route| (route.path, route.method)));
        let served = served.chain(FURTHER_ROUTES.iter().map(|route| (route.path, route.method)));
        let mut served: Vec<_> = served.map(|(path, found)| (path.to_owned(), method(found).to_owned())).collect();
        described.sort_unstable();
        served.sort_unstable();
        assert_eq!(described, served);
        for route in ROUTES {
            assert!(description()["components"]["schemas"][route.answer].is_object(), "{}", route.answer);
        }
    }
}
