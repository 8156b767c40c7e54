//! The plugin configuration: what is legal, and what to say when it is not.

use serde::Deserialize;
use strict_json::Object;

const LONGEST: u32 = 1 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Fields {
    #[serde(default)]
    deny: Vec<String>,
    #[serde(default)]
    mask: Vec<Object<MaskFields>>,
    #[serde(default = "usual_length")]
    max_line: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MaskFields {
    find: String,
    replace: String,
}

fn usual_length() -> u32 {
    8192
}

pub struct Mask {
    pub find: Vec<u8>,
    pub replace: Vec<u8>,
}

pub struct Config {
    deny: Vec<Vec<u8>>,
    pub mask: Vec<Mask>,
    pub max_line: usize,
}

impl Config {
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        if bytes.is_empty() {
            return Err("there is none; something to deny or to mask is needed".into());
        }
        let fields: Fields = strict_json::read(bytes)?;
        if fields.deny.is_empty() && fields.mask.is_empty() {
            return Err("something to deny or to mask is needed".into());
        }
        if let Some(word) = fields.deny.iter().find(|word| word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(format!("deny: {word:?} is not one word of visible ASCII"));
        }
        if fields.mask.iter().any(|Object(mask)| mask.find.is_empty()) {
            return Err("mask: find must not be empty".into());
        }
        if fields.max_line == 0 || fields.max_line > LONGEST {
            return Err(format!("maxLine must be from 1 to {LONGEST}"));
        }
        let mask = |Object(mask): Object<MaskFields>| Mask { find: mask.find.into_bytes(), replace: mask.replace.into_bytes() };
        Ok(Self {
            deny: fields.deny.into_iter().map(String::into_bytes).collect(),
            mask: fields.mask.into_iter().map(mask).collect(),
            max_line: fields.max_line as usize,
        })
    }

    /// The first forbidden command among these lines.
    pub fn denied<'a>(&self, lines: &'a [u8]) -> Option<&'a [u8]> {
        lines.split(|byte| *byte == b'\n').map(first_word).find(|word| self.deny.iter().any(|denied| denied.eq_ignore_ascii_case(word)))
    }
}

fn first_word(line: &[u8]) -> &[u8] {
    line.split(u8::is_ascii_whitespace).find(|word| !word.is_empty()).unwrap_or_default()
}
