//! Replaces text in request and response bodies.

mod config;
mod rules;

use config::Config;
use log::{debug, error, info};
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};
use rules::Rules;
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
                info!("configured: rules for requests: {}, for responses: {}", config.request.len(), config.response.len());
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
        Some(Box::new(Stream { config, is_request_rewritten: false, is_response_rewritten: false }))
    }
}

struct Stream {
    config: Rc<Config>,
    is_request_rewritten: bool,
    is_response_rewritten: bool,
}

impl Context for Stream {}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, _count: usize, end_of_stream: bool) -> Action {
        if !self.config.response.is_empty() {
            // A compressed answer could not be searched.
            self.set_http_request_header("accept-encoding", Some("identity"));
        }
        let content_type = self.get_http_request_header_bytes("content-type");
        let encoding = self.get_http_request_header_bytes("content-encoding");
        self.is_request_rewritten = !end_of_stream && self.config.applies(&self.config.request, content_type, encoding);
        if self.is_request_rewritten {
            // The headers go on before the body is known: without a length the codec finds it out by itself.
            self.set_http_request_header("content-length", None);
        }
        Action::Continue
    }

    fn on_http_request_body(&mut self, size: usize, end_of_stream: bool) -> Action {
        if !self.is_request_rewritten {
            return Action::Continue;
        }
        if !end_of_stream {
            return Action::Pause; // the proxy keeps what is there and calls again with more
        }
        self.rewrite_request(size);
        Action::Continue
    }

    /// With trailers behind it, no part of the body was the last one.
    fn on_http_request_trailers(&mut self, _count: usize) -> Action {
        if self.is_request_rewritten {
            self.rewrite_request(usize::MAX);
        }
        Action::Continue
    }

    fn on_http_response_headers(&mut self, _count: usize, end_of_stream: bool) -> Action {
        let content_type = self.get_http_response_header_bytes("content-type");
        let encoding = self.get_http_response_header_bytes("content-encoding");
        self.is_response_rewritten = !end_of_stream && self.config.applies(&self.config.response, content_type, encoding);
        if self.is_response_rewritten {
            self.set_http_response_header("content-length", None);
        }
        Action::Continue
    }

    fn on_http_response_body(&mut self, size: usize, end_of_stream: bool) -> Action {
        if !self.is_response_rewritten {
            return Action::Continue;
        }
        if !end_of_stream {
            return Action::Pause;
        }
        self.rewrite_response(size);
        Action::Continue
    }

    fn on_http_response_trailers(&mut self, _count: usize) -> Action {
        if self.is_response_rewritten {
            self.rewrite_response(usize::MAX);
        }
        Action::Continue
    }
}

impl Stream {
    fn rewrite_request(&self, size: usize) {
        let body = self.get_http_request_body(0, size).unwrap_or_default();
        if let Some(new) = changed(&self.config.request, "request", &body) {
            self.set_http_request_body(0, body.len(), &new);
        }
    }

    fn rewrite_response(&self, size: usize) {
        let body = self.get_http_response_body(0, size).unwrap_or_default();
        if let Some(new) = changed(&self.config.response, "response", &body) {
            self.set_http_response_body(0, body.len(), &new);
        }
    }
}

/// The new body when a rule has found something.
fn changed(rules: &Rules, name: &str, body: &[u8]) -> Option<Vec<u8>> {
    let (new, count) = rules.apply(body);
    if count == 0 {
        debug!("{name} body of {} bytes stays", body.len());
        return None;
    }
    info!("{name} body: replacements: {count}, bytes: {} -> {}", body.len(), new.len());
    Some(new)
}
