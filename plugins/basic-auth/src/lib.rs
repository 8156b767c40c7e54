//! HTTP basic authentication (RFC 7617) for the requests its rules name.

mod config;
mod credentials;

use config::Config;
use log::{debug, error, info};
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};
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
        let method = self.header(":method");
        let host = self.header(":authority");
        let path = self.header(":path");
        if self.config.user_header.is_some() {
            // Whatever the client claims to be, only this plugin may say who the user is.
            self.set_user_header(None);
        }
        if !self.config.protects(&method, &host, &path) {
            debug!("{method} {path}: not protected");
            return Action::Continue;
        }
        let authorization = self.get_http_request_header_bytes("authorization");
        match authorization.as_deref().and_then(|value| credentials::user_of(&self.config.users, value)) {
            Some(user) => {
                info!("{method} {path}: user {:?}", user.name);
                if self.config.remove_authorization {
                    self.set_http_request_header("authorization", None);
                }
                self.set_user_header(Some(&user.name));
                Action::Continue
            }
            None => {
                let reason = if authorization.is_some() { "wrong credentials" } else { "no credentials" };
                info!("{method} {path}: refused, {reason}");
                self.send_http_response(401, vec![("www-authenticate", &self.config.challenge)], Some(b"Unauthorized"));
                Action::Pause
            }
        }
    }
}

impl Stream {
    /// The value of a request header as text, without ending the VM when it is not UTF-8.
    fn header(&self, name: &str) -> String {
        let value = self.get_http_request_header_bytes(name).unwrap_or_default();
        String::from_utf8_lossy(&value).into_owned()
    }

    fn set_user_header(&self, user: Option<&str>) {
        if let Some(name) = &self.config.user_header {
            self.set_http_request_header(name, user);
        }
    }
}
