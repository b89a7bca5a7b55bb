//! The words around the lessons.

use crate::ui::logic::address::Lesson;
use crate::ui::logic::number::{bytes, milliseconds};

pub const ARTICLE_TITLE: &str = "BERT Explained: A Complete Guide with Theory and Tutorial";
pub const ARTICLE_URL: &str =
    "https://towardsml.wordpress.com/2019/09/17/bert-explained-a-complete-guide-with-theory-and-tutorial/";
pub const ARTICLE_PLACE: &str = ", Towards Machine Learning (towardsml.com), 2019";
pub const FOOT_SOURCE: &str = "Folgt, in eigenen Worten, dem Artikel ";
pub const FOOT_MODEL: &str = "Gewichte: Googles BERT-Base, uncased und cased, Apache-2.0, hier in 4 Bit.";
pub const TEACH: &str = "Unterrichtsblatt";
pub const READ: &str = "Neben dem Artikel";
pub const TEACH_URL: &str = "teach.de.html";
pub const READ_URL: &str = "read.de.html";
pub const LICENSE: &str = "Lizenz";
pub const NOTICE: &str = "Hinweise";

/// A lesson's name, in the rail and in the title.
pub fn name(lesson: Lesson) -> &'static str {
    match lesson {
        Lesson::Why => "Wozu BERT",
        Lesson::Blank => "Lücken füllen",
        Lesson::Directions => "Beide Richtungen",
        Lesson::Context => "Kontext",
        Lesson::Attention => "Aufmerksamkeit",
        Lesson::Tokens => "Tokens",
        Lesson::Input => "Die Eingabe",
        Lesson::Masking => "Maskieren",
        Lesson::NextSentence => "Nächster Satz",
        Lesson::PreTraining => "Vortraining in einer Minute",
        Lesson::Inside => "Innenleben",
        Lesson::Sentiment => "Stimmung",
        Lesson::FineTune => "Feintuning",
        Lesson::Answers => "Text befragen",
        Lesson::Features => "Merkmale",
        Lesson::Own => "Eigenes BERT",
    }
}

pub fn page_title(lesson: Lesson) -> String {
    format!("{} · Bertscope", name(lesson))
}

pub const SKIP: &str = "Zur Lektion springen";
pub const LESSONS: &str = "Lektionen";
/// In the article's order.
pub const PARTS: [(&str, &[Lesson]); 3] = [
    ("Teil I, die Idee", &[Lesson::Why, Lesson::Blank, Lesson::Directions, Lesson::Context, Lesson::Attention]),
    (
        "Teil I, wie es funktioniert",
        &[Lesson::Tokens, Lesson::Input, Lesson::Masking, Lesson::NextSentence, Lesson::PreTraining, Lesson::Inside],
    ),
    ("Teil II, BERT anwenden", &[Lesson::Sentiment, Lesson::FineTune, Lesson::Answers, Lesson::Features, Lesson::Own]),
];

pub const LINK: &str = "Link";
pub const LINK_COPIED: &str = "Kopiert";
pub const LINK_TITLE: &str = "Link zu genau diesem Stand kopieren: Lektion, Satz, Einstellungen";
pub const LINK_TOO_LONG: &str = "Zu lang für Link";
pub const THEMES: [(&str, &str); 3] = [("auto", "Wie das System"), ("light", "Hell"), ("dark", "Dunkel")];
pub const THEME: &str = "Farbschema";
pub const PRIVATE: &str = "Privat";
pub const OFFLINE: &str = "Auch offline";
pub const PRIVATE_MORE: &str = "nichts verlässt diese Seite";
pub const PRIVATE_OPEN: &str = "Das Modell läuft in diesem Tab. Was hier getippt wird, wird nirgendwohin gesendet. Gespeichert wird nur, was in der Lektion „Feintuning“ trainiert wird, und ein eigenes Modell, wenn man es behalten will: Beides bleibt in diesem Browser, bis man es dort löscht. Die Dateien des Modells holt die Seite einmal, von dort, wo sie selbst herkommt, und danach nichts mehr. Im Link steht der Text hinter dem #; diesen Teil senden Browser nicht mit.";

pub const GPU: &str = "Ihre GPU";
pub const GPU_SOFTWARE: &str = "Software-GPU";
pub const CPU: &str = "Ihre CPU";
pub const NO_ENGINE: &str = "Kein Modell";
pub const STARTING: &str = "Startet";
pub const LOADING: &str = "Lädt";
pub const STOPPED: &str = "Angehalten";
pub const CHECKED: &str = "geprüft";
pub const CHECK_FAILED: &str = "Prüfung gescheitert";
pub const ENGINE_PANEL: &str = "Die Engine";
pub const CLOSE: &str = "Schließen";

pub const RUNS_ON: &str = "Läuft auf";
pub const SOFTWARE_NOTE: &str = " (Software: in Wahrheit der Prozessor)";
pub const WEIGHTS: &str = "Gewichte";
pub const TIER: &str = "Kernel";
pub const MEMORY: &str = "Speicher";
pub const LAST: &str = "Letzte Antwort";
pub const DISPATCHES: &str = "GPU-Arbeit";
pub const ARRIVED: &str = "Geladen";
pub const BASE_HASH: &str = "Hash der Basis";
pub const STORED: &str = "Gespeichert";
pub const SOURCE: &str = "Quelle";

pub const CHECK: &str = "Mit der Referenz vergleichen";
pub const CHECKING: &str = "Vergleicht …";
pub const COMPARE_CPU: &str = "Mit der CPU vergleichen";
pub const COMPARING: &str = "Lädt eine zweite Engine …";
pub const REMOVE: &str = "Modell löschen";
pub const REMOVED: &str = "Die gespeicherte Kopie ist gelöscht. Dieser Tab arbeitet mit dem weiter, was er hat; beim nächsten Besuch wird neu geladen.";
pub const LOSE_GPU: &str = "Übung: GPU verlieren";
pub const STOP_ENGINE: &str = "Übung: Engine anhalten";
pub const RUN_ON: &str = "Rechnen auf";
pub const ENGINES: [&str; 3] = ["Auto", "GPU", "CPU"];

pub const CANCEL: &str = "Abbrechen";
pub const RETRY: &str = "Nochmal";
pub const RESTART: &str = "Neu starten";
pub const DISMISS: &str = "Ausblenden";
pub const LOAD: &str = "Modell laden";
pub const SAVE_DATA: &str = "Der Browser ist auf Datensparen eingestellt, daher wurde noch nichts geladen. Das Modell hat etwa 71 MB und wird nur einmal geladen; es bleibt auf diesem Gerät, der Text ebenso.";
pub const LOAD_FIRST: &str =
    "BERT-Base wird geladen, nur dieses eine Mal. Es bleibt auf diesem Gerät; der Text verlässt es nie.";
pub const LOAD_CACHED: &str = "Das Modell wird von diesem Gerät gelesen.";
pub const LOAD_WARM: &str = "Die Engine wird eingerichtet.";
pub const LOAD_ASK: &str = "Die Liste der Dateien wird abgefragt.";
pub const RECORDED: &str = "aufgezeichnet";
pub const RECORDED_TITLE: &str =
    "Zuvor mit dieser Engine aufgezeichnet. Die Engine hier antwortet, sobald das Modell da ist.";
pub const WAITING: &str = "Das Modell ist noch unterwegs. Die Antwort zum eigenen Text kommt, sobald es da ist.";
pub const IN_WORDS: &str = "In Worten";

/// `19 s left`; empty while the time is unknown.
pub fn left(time: &str) -> String {
    if time.is_empty() { String::new() } else { format!("noch {time}") }
}

/// `12.4 of 71.2 MB · 3.1 MB/s · 19 s left`
pub fn load_progress(received: u64, total: u64, bytes_per_s: f64, left: &str) -> String {
    let mut text = format!("{} von {}", bytes(received), bytes(total));
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
    match name {
        "embeddings" => "Einbettung",
        "encoder" => "Encoder",
        "pooler" => "Pooler",
        "span head" => "Spannen-Kopf",
        "masked-word head" => "Kopf für maskierte Wörter",
        "write" => "Schreiben",
        "encode" => "Befehle",
        "gpu+read" => "GPU und Lesen",
        "room" => "Platz",
        "forward" => "vorwärts",
        "backward" => "rückwärts",
        "gradients" => "Gradienten",
        "optimizer" => "Optimierer",
        other => other,
    }
}

pub fn memory(engine: u64, heap: u64) -> String {
    format!("{} für die Engine, {} WebAssembly-Heap", bytes(engine), bytes(heap))
}

pub fn gpu_work(dispatches: u32, passes: u32, submits: u32, bytes_read: u64) -> String {
    let pass = if passes == 1 { "Pass" } else { "Passes" };
    let submit = if submits == 1 { "Submit" } else { "Submits" };
    format!("{dispatches} Dispatches, {passes} {pass}, {submits} {submit}, {} zurückgelesen", bytes(bytes_read))
}

pub fn arrived(downloaded: u64, cached: u64, load_ms: f64) -> String {
    let time = milliseconds(load_ms);
    match (downloaded, cached) {
        (d, 0) => format!("{} heruntergeladen, bereit nach {time}", bytes(d)),
        (0, c) => format!("{} von diesem Gerät, nichts heruntergeladen, bereit nach {time}", bytes(c)),
        (d, c) => format!("{} heruntergeladen, {} von diesem Gerät, bereit nach {time}", bytes(d), bytes(c)),
    }
}

pub fn proof_result(compared: usize, worst: &str, tolerance: &str, passed: bool) -> String {
    let verdict = if passed { "Richtig" } else { "Falsch" };
    let side = if passed { "innerhalb" } else { "außerhalb" };
    format!(
        "{verdict}: Über {} Logits weicht das Ergebnis, bei denselben 4-Bit-Gewichten, höchstens um {worst} von PyTorch ab, {side} der erlaubten {tolerance}.",
        crate::ui::logic::number::grouped(compared as u64)
    )
}

pub const PROOF_HEAD: [&str; 4] = ["Wort", "hier", "PyTorch, gleiche Bytes", "Modell in voller Größe"];
pub const PROOF_CPU_HEAD: [&str; 3] = ["Wort", "Ihre Engine", "CPU"];

pub fn cpu_agrees(worst_percent: &str) -> String {
    format!(
        "Beide Engines haben denselben Satz gerechnet. Ihre Wahrscheinlichkeiten unterscheiden sich um höchstens {worst_percent}."
    )
}
