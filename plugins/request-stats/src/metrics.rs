//! The metrics. Envoy shows them as `wasmcustom.<prefix>.<name>`.

use proxy_wasm::hostcalls::{define_metric, increment_metric, record_metric};
use proxy_wasm::types::MetricType;

pub struct Metrics {
    requests: u32,
    in_flight: u32,
    /// By the first digit of the status, 1 to 5; other statuses are counted at 0.
    classes: [u32; 6],
    slow: u32,
    duration: u32,
    bytes: u32,
}

impl Metrics {
    /// None when the proxy refuses one, for instance because the name is taken by a metric of another type.
    pub fn define(prefix: &str) -> Option<Self> {
        let define = |kind, name: &str| define_metric(kind, &format!("{prefix}.{name}")).ok();
        let counter = |name: &str| define(MetricType::Counter, name);
        Some(Self {
            requests: counter("requests_total")?,
            in_flight: define(MetricType::Gauge, "in_flight")?,
            classes: [
                counter("responses_other")?,
                counter("responses_1xx")?,
                counter("responses_2xx")?,
                counter("responses_3xx")?,
                counter("responses_4xx")?,
                counter("responses_5xx")?,
            ],
            slow: counter("slow_total")?,
            duration: define(MetricType::Histogram, "duration_ms")?,
            bytes: define(MetricType::Histogram, "response_bytes")?,
        })
    }

    pub fn started(&self) {
        add(self.requests, 1);
        add(self.in_flight, 1);
    }

    pub fn ended(&self) {
        add(self.in_flight, -1);
    }

    pub fn answered(&self, status: u64, bytes: u64, milliseconds: u64) {
        let class = usize::try_from(status / 100).ok().filter(|class| (1..=5).contains(class)).unwrap_or(0);
        add(self.classes[class], 1);
        record(self.bytes, bytes);
        record(self.duration, milliseconds);
    }

    pub fn slow(&self) {
        add(self.slow, 1);
    }
}

// The host refuses only ids it has not given out, and these it has.
fn add(metric: u32, offset: i64) {
    let _ = increment_metric(metric, offset);
}

fn record(metric: u32, value: u64) {
    let _ = record_metric(metric, value);
}
