use crate::protocol::lab::KeptModel;
use crate::ui::words::key::keys;

keys! {
    fine_tune::kept;
    text {
        TITLE, LEDE, NONE, RUNS, MODELS, DELETE, RENAME, SAVE, CANCEL, USE, USE_ANSWERS, USED, USE_TWO, EVAL,
        RESULTS, RESULTS_TITLE, LOG, IMPORT, IMPORT_NOTE, FILES, NAME,
    }
    of {
        FILE: [&str; 2],
        FOLDER: [&str; 2],
        FOLDER_TITLE: [&str; 2],
    }
    fn resume(name: &str, step: usize, steps: usize) -> String;
    fn other_base(hash: &str) -> String;
    fn about(m: &KeptModel) -> String;
}
