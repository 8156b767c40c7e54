//! The plugin configuration: what is legal, and what to say when it is not.

use regex_lite::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Fields {
    pattern: String,
    replacement: String,
    #[serde(default, deserialize_with = "strict_json::present")]
    headers: Option<Vec<String>>,
    #[serde(default)]
    response_headers: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "strict_json::present")]
    echo_config_header: Option<String>,
}

pub struct Config {
    pub pattern: Regex,
    pub replacement: String,
    /// Request headers to rewrite, in lower case as Envoy keeps them.
    pub headers: Vec<String>,
    pub response_headers: Vec<(String, String)>,
    pub echo_config_header: Option<String>,
    /// The configuration itself as one line of JSON, its keys sorted.
    pub source: String,
}

impl Config {
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        if bytes.is_empty() {
            return Err("there is none; at least pattern and replacement are needed".into());
        }
        let fields: Fields = strict_json::read(bytes)?;
        let source: serde_json::Value = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
        if fields.pattern.is_empty() {
            return Err("pattern must not be empty".into());
        }
        let pattern = Regex::new(&fields.pattern).map_err(|e| format!("pattern {:?}: {e}", fields.pattern))?;
        let headers = fields.headers.unwrap_or_else(|| vec![":path".into()]);
        let mut response_headers = Vec::new();
        for (name, value) in fields.response_headers {
            response_headers.push((response_header_name(&name, "responseHeaders")?, header_value(&name, value)?));
        }
        let echo_config_header = fields.echo_config_header.map(|name| response_header_name(&name, "echoConfigHeader")).transpose()?;
        Ok(Self {
            pattern,
            replacement: fields.replacement,
            headers: headers.iter().map(|name| request_header_name(name)).collect::<Result<_, _>>()?,
            response_headers,
            echo_config_header,
            source: source.to_string(),
        })
    }
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:?} becomes {:?} in {}", self.pattern.as_str(), self.replacement, self.headers.join(", "))
    }
}

fn request_header_name(name: &str) -> Result<String, String> {
    let rest = name.strip_prefix(':').unwrap_or(name);
    token(rest).then(|| name.to_ascii_lowercase()).ok_or_else(|| format!("headers: {name:?} is not a header name"))
}

fn response_header_name(name: &str, field: &str) -> Result<String, String> {
    token(name).then(|| name.to_ascii_lowercase()).ok_or_else(|| format!("{field}: {name:?} is not a header name"))
}

/// RFC 9110 §5.6.2.
fn token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// A line break or NUL in a value would end the stream: the HTTP codec refuses such headers.
fn header_value(name: &str, value: String) -> Result<String, String> {
    if value.bytes().any(|b| matches!(b, 0 | b'\r' | b'\n')) {
        return Err(format!("responseHeaders: the value of {name:?} has a line break or NUL"));
    }
    Ok(value)
}
