//! The desk keeps order between requests and answers: one request of a kind is under way at a
//! time, the newest waits behind it, and an answer nobody waits for any more is dropped.

use crate::protocol::{Kind, Request, Task};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub struct Desk {
    last_id: u64,
    open: BTreeMap<Kind, Open>,
}

#[derive(Debug)]
struct Open {
    id: u64,
    task: Task,
    next: Option<Task>,
}

/// What an answer means for the page.
#[derive(Debug, PartialEq)]
pub struct Settled {
    /// The task that was answered; None when nobody waits for it.
    pub task: Option<Task>,
    /// What is to be sent now.
    pub send: Option<Request>,
}

impl Desk {
    /// Takes a task; the request to send now, or None when it must wait (or is already under way).
    pub fn ask(&mut self, task: Task) -> Option<Request> {
        let kind = task.kind();
        if let Some(open) = self.open.get_mut(&kind) {
            open.next = (open.task != task).then_some(task);
            return None;
        }
        Some(self.start(task))
    }

    /// An answer, failure or superseding with this id has come.
    pub fn settle(&mut self, id: u64) -> Settled {
        let Some(kind) = self.open.iter().find(|(_, o)| o.id == id).map(|(k, _)| *k) else {
            return Settled { task: None, send: None };
        };
        let open = self.open.remove(&kind);
        let (task, next) = open.map_or((None, None), |o| (Some(o.task), o.next));
        Settled { task, send: next.map(|t| self.start(t)) }
    }

    /// The task under way with this id.
    pub fn task(&self, id: u64) -> Option<Task> {
        self.open.values().find(|o| o.id == id).map(|o| o.task.clone())
    }

    /// Whether an answer of this kind is awaited.
    pub fn is_open(&self, kind: Kind) -> bool {
        self.open.contains_key(&kind)
    }

    /// Closes what is answered by no id.
    pub fn close(&mut self, kind: Kind) {
        self.open.remove(&kind);
    }

    /// Forgets everything under way: the worker is gone.
    pub fn clear(&mut self) {
        self.open.clear();
    }

    fn start(&mut self, task: Task) -> Request {
        self.last_id += 1;
        self.open.insert(task.kind(), Open { id: self.last_id, task: task.clone(), next: None });
        Request { id: self.last_id, task }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::TextPair;

    fn text(a: &str) -> Task {
        Task::Tokenize(TextPair { a: a.into(), b: None })
    }

    #[test]
    fn typing_keeps_one_under_way_and_the_newest_waiting() {
        let mut desk = Desk::default();
        let first = desk.ask(text("a")).expect("sent");
        assert_eq!(desk.ask(text("ab")), None);
        assert_eq!(desk.ask(text("abc")), None);
        let settled = desk.settle(first.id);
        assert_eq!(settled.task, Some(text("a")));
        let second = settled.send.expect("the newest follows");
        assert_eq!(second.task, text("abc"));
        assert!(second.id > first.id);
        assert_eq!(desk.settle(second.id), Settled { task: Some(text("abc")), send: None });
        assert!(!desk.is_open(Kind::Tokenize));
    }

    #[test]
    fn stale_answers_are_dropped() {
        let mut desk = Desk::default();
        let first = desk.ask(text("a")).expect("sent");
        desk.clear();
        let again = desk.ask(text("a")).expect("sent again");
        assert_eq!(desk.settle(first.id), Settled { task: None, send: None });
        assert!(desk.is_open(Kind::Tokenize));
        assert_ne!(first.id, again.id);
    }

    #[test]
    fn going_back_to_what_is_under_way_cancels_the_wait() {
        let mut desk = Desk::default();
        let first = desk.ask(text("a")).expect("sent");
        desk.ask(text("ab"));
        desk.ask(text("a"));
        assert_eq!(desk.settle(first.id).send, None);
    }

    #[test]
    fn kinds_do_not_wait_for_each_other() {
        let mut desk = Desk::default();
        assert!(desk.ask(text("a")).is_some());
        assert!(desk.ask(Task::Prove).is_some());
    }
}
