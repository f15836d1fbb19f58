//! The elements of the page.

use std::rc::Rc;
use std::time::Duration;

use portable::sync::mpsc;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlButtonElement, HtmlProgressElement};

/// The elements, and the clicks. Nothing of it is `Send`, and it need not be.
pub(crate) struct Page {
    elements: Rc<Elements>,
    clicks: Option<mpsc::Receiver<()>>,
}

struct Elements {
    button: HtmlButtonElement,
    bar: HtmlProgressElement,
    status: Element,
    clock: Element,
}

impl Page {
    /// Finds the elements of `index.html`.
    pub(crate) fn find() -> Self {
        let elements = Elements {
            button: element("button").unchecked_into(),
            bar: element("bar").unchecked_into(),
            status: element("status"),
            clock: element("clock"),
        };
        // A click that comes while the last one waits is the same click.
        let (sender, clicks) = mpsc::channel(1);
        let on_click = Closure::<dyn FnMut()>::new(move || {
            let _ = sender.try_send(());
        });
        let listener = on_click.as_ref().unchecked_ref();
        elements.button.set_onclick(Some(listener));
        // The page calls it as long as there is a button.
        on_click.forget();
        Self {
            elements: Rc::new(elements),
            clicks: Some(clicks),
        }
    }

    /// Waits for a click on the button.
    pub(crate) async fn clicked(&mut self) {
        if let Some(clicks) = &mut self.clicks {
            clicks.recv().await;
        }
    }

    pub(crate) fn say(&self, text: &str) {
        self.elements.status.set_text_content(Some(text));
    }

    pub(crate) fn label(&self, text: &str) {
        self.elements.button.set_text_content(Some(text));
    }

    pub(crate) fn advance(&self, done: u32, all: u32) {
        self.elements
            .bar
            .set_value(f64::from(done) / f64::from(all));
    }

    pub(crate) fn tick(&self, open: Duration) {
        let text = format!("open for {:.1} s", open.as_secs_f64());
        self.elements.clock.set_text_content(Some(&text));
    }
}

/// The same elements, without the clicks.
impl Clone for Page {
    fn clone(&self) -> Self {
        Self {
            elements: self.elements.clone(),
            clicks: None,
        }
    }
}

fn element(id: &str) -> Element {
    let document = web_sys::window().and_then(|window| window.document());
    let element = document.and_then(|document| document.get_element_by_id(id));
    element.unwrap_or_else(|| panic!("index.html has no element `{id}`"))
}
