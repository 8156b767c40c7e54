//! Rewrites request headers with a regular expression and marks the response.

mod config;

use config::Config;
use log::{debug, error, info, warn};
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, Bytes, ContextType, LogLevel};
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
                info!("configured: {config}");
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
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, _id: u32) -> Option<Box<dyn HttpContext>> {
        let config = Rc::clone(self.config.as_ref()?);
        Some(Box::new(Stream { config }))
    }
}

struct Stream {
    config: Rc<Config>,
}

impl Context for Stream {}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, _count: usize, _end_of_stream: bool) -> Action {
        for name in &self.config.headers {
            // Bytes, because the SDK's text getter ends the VM when a value is not UTF-8.
            if let Some(value) = self.get_http_request_header_bytes(name) {
                self.rewrite(name, value);
            }
        }
        Action::Continue
    }

    fn on_http_response_headers(&mut self, _count: usize, _end_of_stream: bool) -> Action {
        for (name, value) in &self.config.response_headers {
            self.add_http_response_header(name, value);
        }
        if let Some(name) = &self.config.echo_config_header {
            self.add_http_response_header(name, &self.config.source);
        }
        let added = self.config.response_headers.len() + usize::from(self.config.echo_config_header.is_some());
        if added > 0 {
            info!("response headers added: {added}");
        }
        Action::Continue
    }
}

impl Stream {
    fn rewrite(&self, name: &str, value: Bytes) {
        let Ok(old) = String::from_utf8(value) else {
            warn!("{name}: not UTF-8, left as it is");
            return;
        };
        let new = self.config.pattern.replace_all(&old, self.config.replacement.as_str());
        if new == old {
            debug!("{name}: {old} stays");
        } else {
            info!("{name}: {old} -> {new}");
            self.set_http_request_header(name, Some(&new));
        }
    }
}
