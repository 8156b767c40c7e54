//! User names, passwords and the header that carries them.

pub struct User {
    pub name: String,
    /// What the client sends behind `Basic `: base64 of `name:password`.
    token: Vec<u8>,
}

impl User {
    pub fn new(name: String, password: &str) -> Self {
        let token = base64(format!("{name}:{password}").as_bytes());
        Self { name, token }
    }
}

/// The user whose credentials an `authorization` header holds.
pub fn user_of<'a>(users: &'a [User], authorization: &[u8]) -> Option<&'a User> {
    let token = basic_token(authorization)?;
    // Every user is compared, so that the time taken does not tell which of them came close.
    users.iter().fold(None, |found, user| if equal(&user.token, token) { Some(user) } else { found })
}

/// The scheme is case-insensitive (RFC 9110 §11.1).
fn basic_token(authorization: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = authorization.split_at_checked(6)?;
    scheme.eq_ignore_ascii_case(b"basic ").then(|| token.trim_ascii())
}

/// Takes the same time wherever the first difference is.
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (x, y)| difference | (x ^ y)) == 0
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, &byte| word << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let digit = ALPHABET[(word >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= chunk.len() { digit } else { b'=' });
        }
    }
    out
}
