//! Guards a service that speaks in lines: a network (L4) plugin.

mod config;

use config::{Config, Mask};
use log::{debug, error, info, warn};
use proxy_wasm::traits::{Context, RootContext, StreamContext};
use proxy_wasm::types::{Action, ContextType, LogLevel, PeerType};
use std::rc::Rc;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Trace);
    proxy_wasm::set_root_context(|_| Box::new(Root { config: None }));
}}

struct Root {
    config: Option<Rc<Config>>,
}

impl Context for Root {}

impl RootContext for Root {
    fn on_configure(&mut self, _size: usize) -> bool {
        match Config::read(&self.get_plugin_configuration().unwrap_or_default()) {
            Ok(config) => {
                self.config = Some(Rc::new(config));
                true
            }
            Err(problem) => {
                error!("configuration refused: {problem}");
                false
            }
        }
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::StreamContext)
    }

    fn create_stream_context(&self, id: u32) -> Option<Box<dyn StreamContext>> {
        let config = Rc::clone(self.config.as_ref()?);
        Some(Box::new(Connection { id, config, is_refused: false }))
    }
}

struct Connection {
    id: u32,
    config: Rc<Config>,
    is_refused: bool,
}

impl Context for Connection {}

impl StreamContext for Connection {
    fn on_downstream_data(&mut self, size: usize, end_of_stream: bool) -> Action {
        let lines = self.get_downstream_data(0, size).unwrap_or_default();
        if let Some(word) = self.config.denied(&lines) {
            let word = String::from_utf8_lossy(word).into_owned();
            return self.refuse(&format!("{word} is denied"));
        }
        if end_of_stream || lines.ends_with(b"\n") {
            return Action::Continue;
        }
        if size > self.config.max_line {
            return self.refuse(&format!("{size} bytes without the end of a line"));
        }
        debug!("connection {}: {size} bytes wait for the end of the line", self.id);
        Action::Pause // the proxy keeps them and calls again with more
    }

    fn on_upstream_data(&mut self, size: usize, _end_of_stream: bool) -> Action {
        let answer = self.get_upstream_data(0, size).unwrap_or_default();
        let masked = self.config.mask.iter().fold(answer.clone(), |bytes, mask| replaced(&bytes, mask));
        if masked != answer {
            info!("connection {}: answer masked, bytes: {size} -> {}", self.id, masked.len());
            self.set_upstream_data(0, size, &masked);
        }
        Action::Continue
    }

    fn on_downstream_close(&mut self, peer: PeerType) {
        info!("connection {} closed by {}", self.id, if matches!(peer, PeerType::Remote) { "the client" } else { "the proxy" });
    }
}

impl Connection {
    fn refuse(&mut self, why: &str) -> Action {
        if !self.is_refused {
            warn!("connection {}: {why}", self.id);
            self.is_refused = true;
            self.close_downstream();
        }
        Action::Pause
    }
}

/// From left to right, without looking into what was put in. An empty `find` is refused by the configuration.
fn replaced(bytes: &[u8], mask: &Mask) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(mask.find.len()).position(|window| window == mask.find) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(&mask.replace);
        rest = &rest[at + mask.find.len()..];
    }
    out.extend_from_slice(rest);
    out
}
