//! The words around figures: what is taken along, what is pinned, undo.

use crate::ui::logic::number::count;

/// Of the row below a figure.
pub fn row(figure: &str) -> String {
    format!("Copy, save or pin: {figure}")
}

pub const COPY: &str = "Copy text";
pub const COPIED: &str = "Copied";
pub const NOT_COPIED: &str = "The browser did not let this page copy";
pub const CSV: &str = "Table (CSV)";
pub const SVG: &str = "Picture (SVG)";
pub const PNG: &str = "PNG";
pub const PIN: &str = "Pin result";
pub const PIN_TITLE: &str = "Keep this result as it is now, to compare it with the next";
pub const PINNED: &str = "Pinned";
pub const SAVED: &str = "Saved";
pub const NOT_SAVED: &str = "The browser could not draw this as a picture";
pub const UNDER_WAY: &str = "The answer to this text is still under way";

/// Heads of the columns that end each row of a CSV.
pub const COLUMNS: [&str; 3] = ["text", "model", "values"];
/// Where values are from.
pub const LIVE: &str = "Computed in this run";
pub const RECORDED: &str = "Recorded from this engine earlier";

/// A model's name, how its weights are kept, and what it runs on.
pub fn model(title: &str, scheme: &str, gpu: bool) -> String {
    format!("{title}, {scheme}, {}", if gpu { "GPU" } else { "CPU" })
}

// Pins.
/// After their number; left out where there is no room.
pub const PINNED_CHIP: &str = " pinned";
pub const PINS: &str = "Pinned results";
pub const PINS_NOTE: &str = "They stay until this page is closed. A link opens the lesson as it was; below the same figure stands what has changed since.";
pub const BESIDE: &str = "Set beside";
pub const NOT_BESIDE: &str = "Put away";
pub const RELEASE: &str = "Release";
pub const RELEASE_ALL: &str = "Release all";
pub fn release(name: &str) -> String {
    format!("Release: {name}")
}
pub fn set_beside(name: &str) -> String {
    format!("Set beside: {name}")
}
/// The heading of a pin that stands above the lesson.
pub fn as_it_was(name: &str) -> String {
    format!("Pinned: {name}")
}
pub const OPEN_AS_WAS: &str = "Open as it was";

// What changed since a pin.
pub const AGAINST: &str = "Against the pinned result";
pub const NOTHING_YET: &str =
    "Nothing has changed since it was pinned. Change the text or a setting: old and new then stand here.";
pub const HEAD: [&str; 4] = ["What", "Pinned", "Now", "Difference"];
pub const TEXT: &str = "Text";
pub const MODEL: &str = "Model";
pub const VALUES: &str = "Values";
/// In place of a cell that there is not.
pub const NONE: &str = "–";

/// Cells that did not change, and changes beyond those listed.
pub fn rest(equal: usize, more: usize) -> String {
    let equal = match equal {
        0 => String::new(),
        n => format!("{} the same.", count(n, "value is", "values are")),
    };
    let more = match more {
        0 => String::new(),
        n => format!("{} not listed.", count(n, "more change is", "more changes are")),
    };
    [equal, more].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A difference with its unit: two shares differ by percentage points.
pub fn difference(value: &str, unit: &str) -> String {
    match unit {
        "" => value.to_owned(),
        "%" => format!("{value} points"),
        unit => format!("{value} {unit}"),
    }
}

/// A setting, by its key in the link.
pub fn setting(key: &str) -> &'static str {
    match key {
        "ask" => "Words asked about",
        "word" => "Words changed",
        "head" => "Layer and head",
        "piece" => "Picked piece",
        "view" => "View",
        "specials" => "[CLS] and [SEP]",
        "draw" => "Drawn pair",
        "order" => "Order",
        "segments" => "Segments",
        "quiz" => "Quiz",
        "about" => "Word",
        "layer" => "Layer",
        "between" => "Compared sentences",
        "rates" => "Rates",
        "seed" => "Seed",
        "change" => "Change to the input",
        "form" => "Form of the figure",
        _ => "Setting",
    }
}

// Undo.
pub const UNDO: &str = "Undo";
pub const REDO: &str = "Redo";
