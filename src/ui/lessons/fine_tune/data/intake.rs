//! Where labelled rows come in.

use crate::ui::controls::{Intake, IntakeWords};
use crate::ui::lab::{Lab, file_of};
use crate::ui::store::store;
use crate::ui::words::fine_tune::data as here;
use leptos::prelude::*;
use web_sys::File;

fn words() -> IntakeWords {
    IntakeWords {
        paste: *here::PASTE,
        placeholder: *here::PLACEHOLDER,
        choose: *here::CHOOSE,
        clear: *here::CLEAR,
        accept: ".tsv,.csv,.txt,.tab,.jsonl,.ndjson,.json,text/*",
    }
}

/// Of our own making, each with its files' names and texts.
const SAMPLES: [&[(&str, &str)]; 4] = [
    &[
        ("train.tsv", include_str!("../../../../../assets/samples/train-reviews/train.tsv")),
        ("dev.tsv", include_str!("../../../../../assets/samples/train-reviews/dev.tsv")),
        ("test.tsv", include_str!("../../../../../assets/samples/train-reviews/test.tsv")),
    ],
    &[("support-requests.csv", include_str!("../../../../../assets/samples/support-requests.csv"))],
    &[("answers.jsonl", include_str!("../../../../../assets/samples/answers.jsonl"))],
    &[("house-rules.csv", include_str!("../../../../../assets/samples/house-rules.csv"))],
];

fn open(lab: Lab, files: Vec<File>, pasted: String) {
    lab.clear();
    lab.pasted.set(pasted);
    lab.files.set(files);
}

#[component]
pub fn LabIntake() -> impl IntoView {
    let lab = store().lab;
    let typed = move |text: String| match file_of(*here::PASTED, &text) {
        Some(file) if !text.trim().is_empty() => open(lab, vec![file], text),
        _ => lab.clear(),
    };
    let sample = move |(which, name): (usize, &str)| {
        let act = move |()| {
            let files = SAMPLES[which].iter().filter_map(|(name, text)| file_of(name, text)).collect();
            open(lab, files, String::new());
        };
        (name.to_owned(), Callback::new(act))
    };
    let tries = here::SAMPLES.into_iter().enumerate().map(sample).collect();
    let named = Signal::derive(move || {
        let names = lab.files.with(|f| f.iter().map(File::name).collect::<Vec<_>>());
        (!names.is_empty() && lab.pasted.with(String::is_empty)).then(|| names.join(", "))
    });
    view! {
        <Intake words=words() several=true tries pasted=lab.pasted named typed
            files=move |files| open(lab, files, String::new()) clear=move || lab.clear()/>
    }
}
