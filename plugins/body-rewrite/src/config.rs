//! The plugin configuration: what is legal, and what to say when it is not.

use crate::rules::{Rule, Rules};
use serde::Deserialize;
use strict_json::Object;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Fields {
    #[serde(default)]
    request: Vec<Object<RuleFields>>,
    #[serde(default)]
    response: Vec<Object<RuleFields>>,
    #[serde(default, deserialize_with = "strict_json::present")]
    content_types: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFields {
    find: String,
    replace: String,
}

pub struct Config {
    pub request: Rules,
    pub response: Rules,
    /// Beginnings of `content-type`, in lower case.
    content_types: Vec<String>,
}

impl Config {
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        if bytes.is_empty() {
            return Err("there is none; at least one rule is needed".into());
        }
        let fields: Fields = strict_json::read(bytes)?;
        if fields.request.is_empty() && fields.response.is_empty() {
            return Err("at least one rule is needed, in request or response".into());
        }
        let content_types = fields.content_types.unwrap_or_else(|| vec!["text/".into(), "application/json".into()]);
        Ok(Self {
            request: rules(fields.request, "request")?,
            response: rules(fields.response, "response")?,
            content_types: content_types.iter().map(|prefix| prefix.to_ascii_lowercase()).collect(),
        })
    }

    /// Whether a body with these headers is one to look into. One that is compressed is not.
    pub fn applies(&self, rules: &Rules, content_type: Option<Vec<u8>>, content_encoding: Option<Vec<u8>>) -> bool {
        let is_plain = content_encoding.is_none_or(|encoding| encoding.is_empty() || encoding.eq_ignore_ascii_case(b"identity"));
        let content_type = content_type.unwrap_or_default().to_ascii_lowercase();
        !rules.is_empty() && is_plain && self.content_types.iter().any(|prefix| content_type.starts_with(prefix.as_bytes()))
    }
}

fn rules(fields: Vec<Object<RuleFields>>, name: &str) -> Result<Rules, String> {
    if fields.iter().any(|Object(rule)| rule.find.is_empty()) {
        return Err(format!("{name}: find must not be empty"));
    }
    Ok(Rules(fields.into_iter().map(|Object(rule)| Rule { find: rule.find.into_bytes(), replace: rule.replace.into_bytes() }).collect()))
}
