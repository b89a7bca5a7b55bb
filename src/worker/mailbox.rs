//! Requests that wait: at most one of each kind, so that typing never queues work.

use crate::protocol::{Kind, Request};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub struct Mailbox {
    waiting: BTreeMap<Kind, Request>,
}

impl Mailbox {
    /// Puts a request in; gives back the id of the older one of its kind, which is dropped.
    pub fn put(&mut self, request: Request) -> Option<u64> {
        self.waiting.insert(request.task.kind(), request).map(|old| old.id)
    }

    /// The request that has waited longest.
    pub fn take(&mut self) -> Option<Request> {
        let kind = self.waiting.iter().min_by_key(|(_, r)| r.id).map(|(&kind, _)| kind)?;
        self.waiting.remove(&kind)
    }

    /// Whether a newer request has taken the place of one that is being answered.
    pub fn supersedes(&self, kind: Kind) -> bool {
        self.waiting.contains_key(&kind)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::protocol::{Task, TextPair};

    #[test]
    fn newest_of_a_kind_wins_and_kinds_take_turns() {
        let ask = |id, task| Request { id, task };
        let mut m = Mailbox::default();
        assert_eq!(m.put(ask(1, Task::Tokenize(TextPair::default()))), None);
        assert_eq!(m.put(ask(2, Task::Prove)), None);
        assert_eq!(m.put(ask(3, Task::Tokenize(TextPair::default()))), Some(1));
        assert!(m.supersedes(Kind::Tokenize) && !m.supersedes(Kind::Blank));
        assert_eq!(m.take().unwrap().id, 2);
        assert_eq!(m.take().unwrap().id, 3);
        assert!(m.take().is_none());
    }
}
