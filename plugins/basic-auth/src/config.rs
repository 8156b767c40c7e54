//! The plugin configuration: what is legal, and what to say when it is not.

use crate::credentials::User;
use serde::Deserialize;
use std::fmt;
use strict_json::Object;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Fields {
    #[serde(default = "default_realm")]
    realm: String,
    users: Vec<Object<UserFields>>,
    #[serde(default, deserialize_with = "strict_json::present")]
    protect: Option<Vec<Object<RuleFields>>>,
    #[serde(default)]
    remove_authorization: bool,
    #[serde(default, deserialize_with = "strict_json::present")]
    user_header: Option<String>,
}

fn default_realm() -> String {
    "restricted".into()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserFields {
    name: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFields {
    #[serde(default = "default_prefix")]
    prefix: String,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    methods: Vec<String>,
}

fn default_prefix() -> String {
    "/".into()
}

pub struct Config {
    pub users: Vec<User>,
    pub remove_authorization: bool,
    pub user_header: Option<String>,
    /// The value of `www-authenticate`.
    pub challenge: String,
    rules: Vec<Rule>,
}

struct Rule {
    prefix: String,
    /// Lower case, without port; `*.` in front stands for any subdomain. Empty: every host.
    hosts: Vec<String>,
    /// Empty: every method.
    methods: Vec<String>,
}

impl Config {
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        if bytes.is_empty() {
            return Err("there is none; at least one user is needed".into());
        }
        let fields: Fields = strict_json::read(bytes)?;
        if fields.realm.chars().any(char::is_control) {
            return Err("realm has a control character".into());
        }
        let challenge = format!("Basic realm=\"{}\", charset=\"UTF-8\"", fields.realm.replace('\\', "\\\\").replace('"', "\\\""));
        let user_header = fields.user_header.map(|name| header_name(&name)).transpose()?;
        // An empty list protects nothing, which is legal; no list at all protects everything.
        let rules = fields.protect.unwrap_or_else(|| vec![Object(RuleFields { prefix: default_prefix(), hosts: vec![], methods: vec![] })]);
        Ok(Self {
            users: users(fields.users)?,
            remove_authorization: fields.remove_authorization,
            user_header,
            challenge,
            rules: rules.into_iter().map(|Object(fields)| rule(fields)).collect::<Result<_, _>>()?,
        })
    }

    pub fn protects(&self, method: &str, authority: &str, path: &str) -> bool {
        let host = without_port(authority).to_ascii_lowercase();
        self.rules.iter().any(|rule| {
            path.starts_with(&rule.prefix)
                && (rule.methods.is_empty() || rule.methods.iter().any(|m| m == method))
                && (rule.hosts.is_empty() || rule.hosts.iter().any(|pattern| host_matches(pattern, &host)))
        })
    }
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "users: {}, rules: {}, challenge: {}", self.users.len(), self.rules.len(), self.challenge)
    }
}

fn users(fields: Vec<Object<UserFields>>) -> Result<Vec<User>, String> {
    if fields.is_empty() {
        return Err("users must not be empty".into());
    }
    let mut users: Vec<User> = Vec::with_capacity(fields.len());
    for Object(UserFields { name, password }) in fields {
        // RFC 7617 §2: the first colon ends the user name.
        if name.is_empty() || name.contains(':') || name.chars().any(char::is_control) {
            return Err(format!("users: {name:?} is not a user name: it is empty or has a colon or control character"));
        }
        if users.iter().any(|user| user.name == name) {
            return Err(format!("users: {name:?} is there twice"));
        }
        users.push(User::new(name, &password));
    }
    Ok(users)
}

fn rule(fields: RuleFields) -> Result<Rule, String> {
    if !fields.prefix.starts_with('/') {
        return Err(format!("protect: prefix {:?} must begin with /", fields.prefix));
    }
    if let Some(host) = fields.hosts.iter().find(|host| host.trim_start_matches("*.").is_empty() || host.contains('/')) {
        return Err(format!("protect: {host:?} is not a host name"));
    }
    Ok(Rule {
        prefix: fields.prefix,
        hosts: fields.hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
        methods: fields.methods.iter().map(|method| method.to_ascii_uppercase()).collect(),
    })
}

fn header_name(name: &str) -> Result<String, String> {
    let legal = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    legal.then(|| name.to_ascii_lowercase()).ok_or_else(|| format!("userHeader: {name:?} is not a header name"))
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

fn host_matches(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
        None => pattern == host,
    }
}
