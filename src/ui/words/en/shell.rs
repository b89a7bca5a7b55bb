//! The words around the lessons.

use crate::ui::logic::address::Lesson;
use crate::ui::logic::number::{bytes, milliseconds};

pub const ARTICLE_TITLE: &str = "BERT Explained: A Complete Guide with Theory and Tutorial";
pub const ARTICLE_URL: &str =
    "https://towardsml.wordpress.com/2019/09/17/bert-explained-a-complete-guide-with-theory-and-tutorial/";
pub const ARTICLE_PLACE: &str = ", Towards Machine Learning (towardsml.com), 2019";
pub const FOOT_SOURCE: &str = "Follows, in its own words, the article ";
pub const FOOT_MODEL: &str = "Weights: Google's BERT-Base, uncased and cased, Apache-2.0, here in 4 bits.";
pub const TEACH: &str = "Teacher's sheet";
pub const READ: &str = "Beside the article";
pub const TEACH_URL: &str = "teach.html";
pub const READ_URL: &str = "read.html";
pub const LICENSE: &str = "Licence";
pub const NOTICE: &str = "Notices";

/// A lesson's name, in the rail and in the title.
pub fn name(lesson: Lesson) -> &'static str {
    match lesson {
        Lesson::Why => "Why BERT",
        Lesson::Blank => "Fill the blank",
        Lesson::Directions => "Both directions",
        Lesson::Context => "Context",
        Lesson::Attention => "Attention",
        Lesson::Tokens => "Tokens",
        Lesson::Input => "The input",
        Lesson::Masking => "Masking",
        Lesson::NextSentence => "Next sentence",
        Lesson::PreTraining => "Pre-training in a minute",
        Lesson::Inside => "Inside",
        Lesson::Sentiment => "Sentiment",
        Lesson::FineTune => "Fine-tune",
        Lesson::Answers => "Ask a text",
        Lesson::Features => "Features",
        Lesson::Own => "Your own BERT",
    }
}

pub fn page_title(lesson: Lesson) -> String {
    format!("{} · Bertscope", name(lesson))
}

pub const SKIP: &str = "Skip to the lesson";
pub const LESSONS: &str = "Lessons";
/// In the article's order.
pub const PARTS: [(&str, &[Lesson]); 3] = [
    ("Part I, the idea", &[Lesson::Why, Lesson::Blank, Lesson::Directions, Lesson::Context, Lesson::Attention]),
    (
        "Part I, how it works",
        &[Lesson::Tokens, Lesson::Input, Lesson::Masking, Lesson::NextSentence, Lesson::PreTraining, Lesson::Inside],
    ),
    ("Part II, use it", &[Lesson::Sentiment, Lesson::FineTune, Lesson::Answers, Lesson::Features, Lesson::Own]),
];

pub const LINK: &str = "Link";
pub const LINK_COPIED: &str = "Copied";
pub const LINK_TITLE: &str = "Copy a link to exactly this: lesson, sentence, choices";
pub const LINK_TOO_LONG: &str = "Too long for a link";
pub const THEMES: [(&str, &str); 3] = [("auto", "As the system"), ("light", "Light"), ("dark", "Dark")];
pub const THEME: &str = "Theme";
pub const PRIVATE: &str = "Private";
pub const OFFLINE: &str = "Offline-ready";
pub const PRIVATE_MORE: &str = "nothing leaves this page";
pub const PRIVATE_OPEN: &str = "The model runs in this tab. What you type is never sent anywhere, and not stored, but for what you train in the Fine-tune lesson, and for a model of your own if you have it kept: they stay in this browser until you delete them there. The page fetches the model's own files once, from where the page itself came from, and nothing after that. The link keeps your text behind the #, which browsers do not send.";

pub const GPU: &str = "Your GPU";
pub const GPU_SOFTWARE: &str = "Software GPU";
pub const CPU: &str = "Your CPU";
pub const NO_ENGINE: &str = "No model";
pub const STARTING: &str = "Starting";
pub const LOADING: &str = "Loading";
pub const STOPPED: &str = "Stopped";
pub const CHECKED: &str = "checked";
pub const CHECK_FAILED: &str = "check failed";
pub const ENGINE_PANEL: &str = "The engine";
pub const CLOSE: &str = "Close";

pub const RUNS_ON: &str = "Runs on";
pub const SOFTWARE_NOTE: &str = " (software: the processor in disguise)";
pub const WEIGHTS: &str = "Weights";
pub const TIER: &str = "Kernels";
pub const MEMORY: &str = "Memory";
pub const LAST: &str = "Last answer";
pub const DISPATCHES: &str = "GPU work";
pub const ARRIVED: &str = "Arrived";
pub const BASE_HASH: &str = "Base hash";
pub const STORED: &str = "Stored";
pub const SOURCE: &str = "Source";

pub const CHECK: &str = "Check against the reference";
pub const CHECKING: &str = "Checking…";
pub const COMPARE_CPU: &str = "Compare with the CPU";
pub const COMPARING: &str = "Loading a second engine…";
pub const REMOVE: &str = "Remove model";
pub const REMOVED: &str =
    "The stored copy is gone. This tab goes on with what it holds; the next visit downloads again.";
pub const LOSE_GPU: &str = "Drill: lose the GPU";
pub const STOP_ENGINE: &str = "Drill: stop the engine";
pub const RUN_ON: &str = "Run on";
pub const ENGINES: [&str; 3] = ["Auto", "GPU", "CPU"];

pub const CANCEL: &str = "Cancel";
pub const RETRY: &str = "Retry";
pub const RESTART: &str = "Restart";
pub const DISMISS: &str = "Dismiss";
pub const LOAD: &str = "Load the model";
pub const SAVE_DATA: &str = "You have asked your browser to save data, so nothing was downloaded yet. The model is about 71 MB, once; it stays on this device and your text does too.";
pub const LOAD_FIRST: &str = "Getting BERT-Base, once. It is kept on this device; your text never leaves it.";
pub const LOAD_CACHED: &str = "Reading the model from this device.";
pub const LOAD_WARM: &str = "Setting up the engine.";
pub const LOAD_ASK: &str = "Asking for the list of files.";
pub const RECORDED: &str = "recorded";
pub const RECORDED_TITLE: &str = "Recorded from this engine earlier. Yours answers as soon as the model is in.";
pub const WAITING: &str = "The model is still on its way. The answer to your own text comes as soon as it is in.";
pub const IN_WORDS: &str = "In words";

/// `19 s left`; empty while the time is unknown.
pub fn left(time: &str) -> String {
    if time.is_empty() { String::new() } else { format!("{time} left") }
}

/// `12.4 of 71.2 MB · 3.1 MB/s · 19 s left`
pub fn load_progress(received: u64, total: u64, bytes_per_s: f64, left: &str) -> String {
    let mut text = format!("{} of {}", bytes(received), bytes(total));
    if bytes_per_s >= 1.0 {
        text += &format!(" · {}/s", bytes(bytes_per_s as u64));
    }
    if !left.is_empty() {
        text += &format!(" · {left}");
    }
    text
}

/// A part of an answer's time, by the engine's name for it.
pub fn step(name: &str) -> &str {
    name
}

pub fn memory(engine: u64, heap: u64) -> String {
    format!("{} for the engine, {} WebAssembly heap", bytes(engine), bytes(heap))
}

pub fn gpu_work(dispatches: u32, passes: u32, submits: u32, bytes_read: u64) -> String {
    let pass = if passes == 1 { "pass" } else { "passes" };
    let submit = if submits == 1 { "submit" } else { "submits" };
    format!("{dispatches} dispatches, {passes} {pass}, {submits} {submit}, {} read back", bytes(bytes_read))
}

pub fn arrived(downloaded: u64, cached: u64, load_ms: f64) -> String {
    let time = milliseconds(load_ms);
    match (downloaded, cached) {
        (d, 0) => format!("{} downloaded, ready after {time}", bytes(d)),
        (0, c) => format!("{} from this device, nothing downloaded, ready after {time}", bytes(c)),
        (d, c) => format!("{} downloaded, {} from this device, ready after {time}", bytes(d), bytes(c)),
    }
}

pub fn proof_result(compared: usize, worst: &str, tolerance: &str, passed: bool) -> String {
    let verdict = if passed { "Right" } else { "Wrong" };
    let side = if passed { "within" } else { "beyond" };
    format!(
        "{verdict}: over {} logits the largest difference from PyTorch, on the same 4-bit weights, is {worst}, {side} the {tolerance} allowed.",
        crate::ui::logic::number::grouped(compared as u64)
    )
}

pub const PROOF_HEAD: [&str; 4] = ["word", "here", "PyTorch, same bytes", "full-size model"];
pub const PROOF_CPU_HEAD: [&str; 3] = ["word", "your engine", "CPU"];

pub fn cpu_agrees(worst_percent: &str) -> String {
    format!("Both engines ran the same sentence. Their largest difference in probability is {worst_percent}.")
}
