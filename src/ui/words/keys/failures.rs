use crate::protocol::{EngineChange, Failure, LoadNote};
use crate::ui::words::key::keys;

keys! {
    failures;
    fn failure(failure: &Failure) -> String;
    fn load_note(note: &LoadNote) -> String;
    fn engine_change(change: &EngineChange) -> String;
}
