use std::fmt;

use wasm_bindgen::prelude::*;

mod imports {
    use wasm_bindgen::prelude::*;

    use super::Callback;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_name = queueMicrotask)]
        pub(super) fn queue_microtask(callback: &Callback);

        #[wasm_bindgen(js_name = setTimeout)]
        pub(super) fn set_timeout(callback: &Callback, millis: f64) -> JsValue;

        #[wasm_bindgen(js_name = clearTimeout)]
        pub(super) fn clear_timeout(call: &JsValue);

        #[wasm_bindgen(js_namespace = performance)]
        pub(super) fn now() -> f64;

        #[wasm_bindgen(js_namespace = console)]
        pub(super) fn error(text: &str);

        pub(super) type MessageChannel;

        #[wasm_bindgen(constructor)]
        pub(super) fn new() -> MessageChannel;

        #[wasm_bindgen(method, getter)]
        pub(super) fn port1(this: &MessageChannel) -> MessagePort;

        #[wasm_bindgen(method, getter)]
        pub(super) fn port2(this: &MessageChannel) -> MessagePort;

        pub(super) type MessagePort;

        #[wasm_bindgen(method, setter)]
        pub(super) fn set_onmessage(this: &MessagePort, callback: &Callback);

        #[wasm_bindgen(method, js_name = postMessage)]
        pub(super) fn post_message(this: &MessagePort, message: &JsValue);
    }
}

/// A function of ours that the browser calls.
pub type Callback = Closure<dyn FnMut()>;

/// A call that the browser was asked for.
#[derive(Debug)]
pub struct Call(JsValue);

/// Asks for a call as soon as the code that runs has returned.
pub fn queue_microtask(callback: &Callback) {
    imports::queue_microtask(callback);
}

/// Asks for a call after so many milliseconds, of which the browser takes 2^31 - 1 at most.
pub fn set_timeout(callback: &Callback, millis: f64) -> Call {
    Call(imports::set_timeout(callback, millis))
}

/// Takes back what was asked of [`set_timeout`].
pub fn clear_timeout(call: &Call) {
    imports::clear_timeout(&call.0);
}

/// Returns the milliseconds since the page was opened.
pub fn now() -> f64 {
    imports::now()
}

/// Writes to the console.
pub fn error(text: &str) {
    imports::error(text);
}

/// A way to be called after the browser has handled the events that wait. `setTimeout` would be called
/// 4 ms later, once it has called itself a few times.
pub struct Messages {
    channel: imports::MessageChannel,
    // The browser calls it.
    _received: Callback,
}

impl Messages {
    /// Makes a way to the function.
    pub fn new(received: fn()) -> Self {
        let channel = imports::MessageChannel::new();
        let received = Closure::wrap(Box::new(received) as Box<dyn FnMut()>);
        channel.port1().set_onmessage(&received);
        Self {
            channel,
            _received: received,
        }
    }

    /// Asks for one call.
    pub fn send(&self) {
        self.channel.port2().post_message(&JsValue::NULL);
    }
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages").finish_non_exhaustive()
    }
}

/// Returns `function` as the browser calls it.
pub fn callback(function: fn()) -> Callback {
    Closure::wrap(Box::new(function))
}
