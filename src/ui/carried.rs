//! What a visitor has half done in a lesson, carried over when another language makes the page anew.

use leptos::prelude::*;
use std::any::Any;
use std::collections::BTreeMap;

type Value = Box<dyn Any + Send + Sync>;
type Save = Box<dyn Fn() -> Option<Value> + Send + Sync>;

#[derive(Clone, Copy)]
pub struct Carried {
    /// Signals on the page, by name.
    live: StoredValue<BTreeMap<String, Save>>,
    /// Their values, from the page that was to the page that comes.
    kept: StoredValue<BTreeMap<String, Value>>,
}

impl Carried {
    pub fn new() -> Self {
        Self { live: StoredValue::new(BTreeMap::new()), kept: StoredValue::new(BTreeMap::new()) }
    }

    /// Takes up the values of all signals on the page.
    pub fn take_up(&self) {
        let kept = self.live.with_value(|live| {
            live.iter().filter_map(|(name, save)| Some((name.clone(), save()?))).collect::<BTreeMap<_, _>>()
        });
        self.kept.set_value(kept);
    }

    /// The new page stands: what it had no use for is dropped.
    pub fn set_down(&self) {
        self.kept.set_value(BTreeMap::new());
    }
}

/// A signal of a component that is on the page once. It begins with `start`, or with what the component held a moment
/// ago in the other language.
pub fn carried<T: Clone + Send + Sync + 'static>(name: impl Into<String>, start: T) -> RwSignal<T> {
    let (carried, name): (Carried, String) = (expect_context(), name.into());
    let was = carried.kept.try_update_value(|kept| kept.remove(&name)).flatten();
    let signal = RwSignal::new(was.and_then(|value| value.downcast::<T>().ok()).map_or(start, |value| *value));
    let save = move || signal.try_get_untracked().map(|value| Box::new(value) as Value);
    carried.live.update_value(|live| drop(live.insert(name.clone(), Box::new(save))));
    signal
}
