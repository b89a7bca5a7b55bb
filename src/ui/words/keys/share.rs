use crate::ui::words::key::keys;

keys! {
    share;
    text {
        COPY, COPIED, NOT_COPIED, CSV, SVG, PNG, PIN, PIN_TITLE, PINNED, SAVED, NOT_SAVED, UNDER_WAY, LIVE, RECORDED,
        PINNED_CHIP, PINS, PINS_NOTE, BESIDE, NOT_BESIDE, RELEASE, RELEASE_ALL, OPEN_AS_WAS, AGAINST, NOTHING_YET,
        TEXT, MODEL, VALUES, NONE, UNDO, REDO,
    }
    of {
        COLUMNS: [&str; 3],
        HEAD: [&str; 4],
    }
    fn row(figure: &str) -> String;
    fn model(title: &str, scheme: &str, gpu: bool) -> String;
    fn release(name: &str) -> String;
    fn set_beside(name: &str) -> String;
    fn as_it_was(name: &str) -> String;
    fn rest(equal: usize, more: usize) -> String;
    fn difference(value: &str, unit: &str) -> String;
    fn setting(key: &str) -> &'static str;
}
