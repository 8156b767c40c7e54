//! The plugin configuration: what is legal, and what to say when it is not.

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Config {
    pub stat_prefix: String,
    /// How often a summary is logged; 0: never.
    pub tick_milliseconds: u64,
    /// Answers that took at least this long are counted and logged; 0: none.
    pub slow_milliseconds: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self { stat_prefix: "request_stats".into(), tick_milliseconds: 10_000, slow_milliseconds: 1000 }
    }
}

impl Config {
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let config: Self = strict_json::read(bytes)?;
        let is_name = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !config.stat_prefix.split('.').all(is_name) {
            return Err(format!("statPrefix {:?} may have letters, digits and underscores between dots", config.stat_prefix));
        }
        if config.tick_milliseconds > u64::from(u32::MAX) {
            return Err("tickMilliseconds is too long".into());
        }
        Ok(config)
    }
}
