//! Counts requests and measures answers: counters, a gauge, histograms, and a summary in the log at each tick.

mod config;
mod metrics;

use config::Config;
use log::{error, info, warn};
use metrics::Metrics;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Trace);
    proxy_wasm::set_root_context(|_| Box::new(Root { shared: None }));
}}

/// What the streams report to their root context.
struct Shared {
    config: Config,
    metrics: Metrics,
    requests: Cell<u64>,
    failures: Cell<u64>,
}

struct Root {
    shared: Option<Rc<Shared>>,
}

impl Context for Root {}

impl RootContext for Root {
    fn on_configure(&mut self, _size: usize) -> bool {
        let config = match Config::read(&self.get_plugin_configuration().unwrap_or_default()) {
            Ok(config) => config,
            Err(problem) => {
                error!("configuration refused: {problem}");
                return false;
            }
        };
        let Some(metrics) = Metrics::define(&config.stat_prefix) else {
            error!("the proxy has refused to define the metrics of {}", config.stat_prefix);
            return false;
        };
        self.set_tick_period(Duration::from_millis(config.tick_milliseconds));
        match config.tick_milliseconds {
            0 => info!("configured: metrics {}.*, no summary", config.stat_prefix),
            period => info!("configured: metrics {}.*, a summary every {period} ms", config.stat_prefix),
        }
        self.shared = Some(Rc::new(Shared { config, metrics, requests: Cell::new(0), failures: Cell::new(0) }));
        true
    }

    fn on_tick(&mut self) {
        let Some(shared) = &self.shared else { return };
        let (requests, failures) = (shared.requests.take(), shared.failures.take());
        if requests > 0 {
            info!("since the last tick: requests: {requests}, failed: {failures}");
        }
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, _id: u32) -> Option<Box<dyn HttpContext>> {
        let shared = Rc::clone(self.shared.as_ref()?);
        Some(Box::new(Stream { shared, is_counted: false }))
    }
}

struct Stream {
    shared: Rc<Shared>,
    is_counted: bool,
}

impl Context for Stream {}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, _count: usize, _end_of_stream: bool) -> Action {
        self.shared.metrics.started();
        self.is_counted = true;
        Action::Continue
    }

    /// The end of the stream, whatever became of it. A request refused before this filter was never counted as started.
    fn on_log(&mut self) {
        let Shared { config, metrics, requests, failures } = &*self.shared;
        let status = self.number(["response", "code"]).unwrap_or(0);
        let bytes = self.number(["response", "size"]).unwrap_or(0);
        let milliseconds = self.number(["request", "duration"]).unwrap_or(0) / 1_000_000;
        if std::mem::take(&mut self.is_counted) {
            metrics.ended();
        }
        metrics.answered(status, bytes, milliseconds);
        requests.set(requests.get() + 1);
        failures.set(failures.get() + u64::from(status == 0 || status >= 500));
        if config.slow_milliseconds > 0 && milliseconds >= config.slow_milliseconds {
            metrics.slow();
            let path = self.get_property(vec!["request", "path"]).unwrap_or_default();
            warn!("slower than {} ms: {}", config.slow_milliseconds, String::from_utf8_lossy(&path));
        }
    }
}

impl Stream {
    /// Numbers, durations (nanoseconds) among them, are eight bytes, the lowest first.
    fn number(&self, path: [&str; 2]) -> Option<u64> {
        let bytes = self.get_property(path.to_vec())?;
        Some(u64::from_le_bytes(bytes.try_into().ok()?))
    }
}
