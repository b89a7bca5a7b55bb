//! The page's end of the wire: one worker, asked and heard.

use super::browser;
use crate::protocol::{Event, Message, Request};
use crate::wire;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, File, MessageEvent, Worker, WorkerOptions, WorkerType};

/// What comes back.
#[allow(clippy::large_enum_variant, reason = "one at a time, and opened at once")]
pub enum Heard {
    /// With the files that came beside it.
    Event(Message<Event>, Vec<File>),
    /// The worker panicked, could not start or spoke nonsense.
    Died(String),
}

pub struct Link {
    inner: Rc<Inner>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut(ErrorEvent)>,
}

struct Inner {
    worker: Worker,
    /// Nothing may be posted before the worker listens.
    ready: Cell<bool>,
    queue: RefCell<Vec<(Request, Vec<File>)>>,
    ended: Cell<bool>,
}

impl Link {
    /// Starts a worker; `hear` is called for all that it says.
    pub fn start(hear: impl Fn(Heard) + 'static) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&browser::worker_url(), &options).map_err(|e| format!("{e:?}"))?;
        let inner =
            Rc::new(Inner { worker, ready: Cell::new(false), queue: RefCell::default(), ended: Cell::new(false) });
        let hear = Rc::new(hear);
        let message = {
            let (inner, hear) = (inner.clone(), hear.clone());
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                if inner.ended.get() {
                    return;
                }
                let data = event.data();
                match (wire::fatal_text(&data), wire::from_js::<Event>(&data)) {
                    (Some(reason), _) => inner.die(&*hear, reason),
                    (None, Ok(message)) => {
                        if message.body == Event::Ready {
                            inner.open();
                        }
                        hear(Heard::Event(message, wire::files_of(&data)));
                    }
                    (None, Err(error)) => inner.die(&*hear, error.to_string()),
                }
            })
        };
        let error = {
            let inner = inner.clone();
            Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
                event.prevent_default();
                inner.die(&*hear, event.message());
            })
        };
        inner.worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        inner.worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        Ok(Self { inner, _message: message, _error: error })
    }

    /// Sends a request with the files it is about, if it is about any.
    pub fn send(&self, request: Request, files: Vec<File>) {
        if self.inner.ready.get() {
            self.inner.post(request, &files);
        } else {
            self.inner.queue.borrow_mut().push((request, files));
        }
    }

    /// Ends the worker at once; it is heard no more.
    pub fn end(&self) {
        self.inner.ended.set(true);
        self.inner.worker.terminate();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.end();
    }
}

impl Inner {
    fn open(&self) {
        self.ready.set(true);
        for (request, files) in self.queue.take() {
            self.post(request, &files);
        }
    }

    fn post(&self, request: Request, files: &[File]) {
        let Ok((message, transfer)) = wire::to_js(&Message::from(request), files) else { return };
        // Fails only for what cannot be cloned; a string or a file always can.
        let _ = self.worker.post_message_with_transfer(&message, &transfer);
    }

    /// Says once that the worker is gone, and makes sure that it is.
    fn die(&self, hear: &dyn Fn(Heard), reason: String) {
        if !self.ended.replace(true) {
            self.worker.terminate();
            hear(Heard::Died(if reason.is_empty() { "it could not start".into() } else { reason }));
        }
    }
}
