//! The OpenAPI description, made from the route table and the compiled protocol: it cannot say anything else than they do.

use std::{collections::BTreeMap, sync::LazyLock};

use laisee_wire::DESCRIPTORS;
use prost_reflect::{DescriptorPool, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};

use super::{
    admin_routes::ADMIN_ROUTES,
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
    request: &'static str,
    answer: &'static str,
    summary: &'static str,
    /// For operators: the least role.
    role: Option<&'static str>,
}

/// A request without a token: path, request, answer, summary.
type Open = (&'static str, &'static str, &'static str, &'static str);

/// The description for clients as JSON.
#[must_use]
pub fn description() -> Value {
    let open = [
        ("/v1/sign-up", "SignUp", "SignedIn", "Make an account"),
        ("/v1/sign-in", "SignIn", "SignedIn", "Sign a device in"),
    ];
    let operations = ROUTES.iter().map(|route| Operation {
        method: route.method,
        path: route.path,
        request: route.request,
        answer: route.answer,
        summary: route.summary,
        role: None,
    });
    describe("Laisee", &open, operations)
}

/// The description for operators as JSON. Each operation says in `x-role` which role is the least.
#[must_use]
pub fn admin_description() -> Value {
    let open = [("/v1/admin/sign-in", "SignInOperator", "OperatorSignedIn", "Sign an operator in")];
    let operations = ADMIN_ROUTES.iter().map(|route| Operation {
        method: route.method,
        path: route.path,
        request: route.request,
        answer: route.answer,
        summary: route.summary,
        role: Some(route.permission.least().word()),
    });
    describe("Laisee for operators", &open, operations)
}

fn describe(title: &str, open: &[Open], operations: impl Iterator<Item = Operation>) -> Value {
    let mut schemas = BTreeMap::new();
    let mut paths: Map<String, Value> = Map::new();
    for (path, request, answer, summary) in open {
        let body = json!({ "required": true, "content": content(request, &mut schemas) });
        let operation = json!({ "summary": summary, "security": [], "requestBody": body, "responses": responses(answer, &mut schemas) });
        paths.insert((*path).into(), json!({ "post": operation }));
    }
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
    let request = message(route.request);
    let in_path = |field: &FieldDescriptor| route.path.contains(&format!("{{{}}}", field.json_name()));
    let mut parameters = Vec::new();
    for field in request.fields() {
        let place = match (in_path(&field), route.method) {
            (true, _) => "path",
            (false, Method::Get) => "query",
            (false, _) => continue,
        };
        let schema = field_schema(&field, schemas);
        parameters
            .push(json!({ "name": field.json_name(), "in": place, "required": place == "path", "schema": schema }));
    }
    let mut operation = json!({
        "summary": route.summary,
        "operationId": route.request,
        "parameters": parameters,
        "responses": responses(route.answer, schemas),
    });
    let has_body = !matches!(route.method, Method::Get | Method::Delete);
    if has_body {
        operation["requestBody"] = json!({ "content": content(route.request, schemas) });
    }
    if let Some(role) = route.role {
        operation["x-role"] = json!(role);
    }
    operation
}

fn responses(answer: &str, schemas: &mut BTreeMap<String, Value>) -> Value {
    json!({
        "200": { "description": "Done", "content": content(answer, schemas) },
        "default": { "description": "Refused or failed; nothing was changed", "content": content("Error", schemas) },
    })
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
        Kind::Int64 | Kind::Uint64 | Kind::Sint64 | Kind::Fixed64 | Kind::Sfixed64 => {
            json!({ "type": "string", "pattern": "^-?[0-9]+$" })
        }
        Kind::Double | Kind::Float => json!({ "type": "number" }),
        Kind::Int32 | Kind::Uint32 | Kind::Sint32 | Kind::Fixed32 | Kind::Sfixed32 => json!({ "type": "integer" }),
    };
    if field.is_list() { json!({ "type": "array", "items": one }) } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Section 8 of `PROTOCOL.md` lists exactly the routes there are.
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

    fn method_name(one: Method) -> String {
        method(one).to_uppercase()
    }

    #[test]
    fn every_message_of_a_route_is_described() {
        let description = description();
        for route in ROUTES {
            assert!(description["paths"][route.path][method(route.method)].is_object(), "{}", route.path);
            assert!(description["components"]["schemas"][route.answer].is_object(), "{}", route.answer);
        }
    }
}
