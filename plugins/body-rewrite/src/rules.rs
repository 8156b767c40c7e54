//! Finding and replacing bytes.

pub struct Rule {
    pub find: Vec<u8>,
    pub replace: Vec<u8>,
}

/// Rules, applied one after the other.
pub struct Rules(pub Vec<Rule>);

impl Rules {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The new bytes and how many replacements were made.
    pub fn apply(&self, body: &[u8]) -> (Vec<u8>, usize) {
        self.0.iter().fold((body.to_vec(), 0), |(bytes, count), rule| {
            let (new, made) = replace_all(&bytes, rule);
            (new, count + made)
        })
    }
}

/// From left to right, without looking into what was put in. An empty `find` is refused by the configuration.
fn replace_all(bytes: &[u8], rule: &Rule) -> (Vec<u8>, usize) {
    let mut out = Vec::with_capacity(bytes.len());
    let mut count = 0;
    let mut rest = bytes;
    while let Some(at) = rest.windows(rule.find.len()).position(|window| window == rule.find) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(&rule.replace);
        rest = &rest[at + rule.find.len()..];
        count += 1;
    }
    out.extend_from_slice(rest);
    (out, count)
}
