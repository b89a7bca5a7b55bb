use crate::ui::logic::address::Lesson;
use crate::ui::words::key::keys;

keys! {
    shell;
    text {
        ARTICLE_TITLE, ARTICLE_URL, ARTICLE_PLACE, FOOT_SOURCE, FOOT_MODEL, TEACH, READ, TEACH_URL, READ_URL, LICENSE, NOTICE, SKIP,
        LESSONS, LINK, LINK_COPIED, LINK_TITLE, LINK_TOO_LONG, THEME, PRIVATE, OFFLINE, PRIVATE_MORE, PRIVATE_OPEN,
        GPU, GPU_SOFTWARE, CPU, NO_ENGINE, STARTING, LOADING, STOPPED, CHECKED, CHECK_FAILED, ENGINE_PANEL, CLOSE,
        RUNS_ON, SOFTWARE_NOTE, WEIGHTS, TIER, MEMORY, LAST, DISPATCHES, ARRIVED, BASE_HASH, STORED, SOURCE, CHECK,
        CHECKING, COMPARE_CPU, COMPARING, REMOVE, REMOVED, LOSE_GPU, STOP_ENGINE, RUN_ON, CANCEL, RETRY, RESTART,
        DISMISS, LOAD, SAVE_DATA, LOAD_FIRST, LOAD_CACHED, LOAD_WARM, LOAD_ASK, RECORDED, RECORDED_TITLE, WAITING,
        IN_WORDS,
    }
    of {
        PARTS: [(&str, &[Lesson]); 3],
        THEMES: [(&str, &str); 3],
        ENGINES: [&str; 3],
        PROOF_HEAD: [&str; 4],
        PROOF_CPU_HEAD: [&str; 3],
    }
    fn name(lesson: Lesson) -> &'static str;
    fn page_title(lesson: Lesson) -> String;
    fn left(time: &str) -> String;
    fn load_progress(received: u64, total: u64, bytes_per_s: f64, left: &str) -> String;
    fn step(name: &str) -> &str;
    fn memory(engine: u64, heap: u64) -> String;
    fn gpu_work(dispatches: u32, passes: u32, submits: u32, bytes_read: u64) -> String;
    fn arrived(downloaded: u64, cached: u64, load_ms: f64) -> String;
    fn proof_result(compared: usize, worst: &str, tolerance: &str, passed: bool) -> String;
    fn cpu_agrees(worst_percent: &str) -> String;
}
