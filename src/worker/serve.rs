//! The worker's loop: messages in, one event out for each, the newest of a kind only.

use super::js::{post, post_fatal, scope, sleep_ms};
use super::mailbox::Mailbox;
use super::session::Session;
use crate::protocol::{Event, Failure, Kind, Request, Task};
use crate::wire;
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, prelude::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

/// Listens, then says [`Event::Ready`].
pub fn serve() {
    std::panic::set_hook(Box::new(|info| {
        post_fatal(&info.to_string());
        console_error_panic_hook::hook(info);
    }));
    let mailbox = Rc::new(RefCell::new(Mailbox::default()));
    let session = Session::default();
    let (wake, woken) = unbounded();
    let on_message = {
        let (mailbox, session) = (mailbox.clone(), session.clone());
        Closure::<dyn FnMut(MessageEvent)>::new(move |e: MessageEvent| receive(&e, &mailbox, &session, &wake))
    };
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    spawn_local(work(mailbox, session, woken));
    post(Event::Ready);
}

fn receive(e: &MessageEvent, mailbox: &Rc<RefCell<Mailbox>>, session: &Session, wake: &UnboundedSender<()>) {
    let request = match wire::from_js::<Request>(&e.data()) {
        Ok(message) => {
            session.bring(message.body.id, wire::files_of(&e.data()));
            message.body
        }
        Err(e) => {
            let failure = Failure::Worker { reason: e.to_string() };
            return post(Event::Failed { id: None, failure });
        }
    };
    match request.task.kind() {
        Kind::CancelLoad => session.cancel_load(),
        // A load runs beside the rest: pieces are shown while weights arrive. A question about storage
        // must not wait behind a long answer, and no answer behind another vocabulary on its way.
        Kind::Load | Kind::Storage | Kind::Beside => {
            let session = session.clone();
            spawn_local(async move { session.answer(request, || false).await });
        }
        Kind::Own => {
            let session = session.clone();
            if let Task::Own(task) = request.task {
                spawn_local(async move { session.answer_own(request.id, task).await });
            }
        }
        _ => {
            if let Some(id) = mailbox.borrow_mut().put(request) {
                post(Event::Superseded { id });
            }
            // The receiver lives as long as the worker.
            let _ = wake.unbounded_send(());
        }
    }
}

async fn work(mailbox: Rc<RefCell<Mailbox>>, session: Session, mut woken: UnboundedReceiver<()>) {
    loop {
        let next = mailbox.borrow_mut().take();
        if let Some(request) = next {
            let kind = request.task.kind();
            session.answer(request, || mailbox.borrow().supersedes(kind)).await;
        } else if session.trains() {
            // A step at a time: whoever asks meanwhile is answered before the next one.
            session.train_on().await;
            sleep_ms(0).await;
        } else if woken.recv().await.is_err() {
            return;
        }
    }
}
