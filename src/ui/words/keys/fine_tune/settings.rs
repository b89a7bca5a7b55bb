use crate::train::room::Room;
use crate::train::settings::SettingError;
use crate::ui::words::key::keys;

keys! {
    fine_tune::settings;
    text {
        TITLE, DEPTH, RATE, BATCH, EPOCHS, LENGTH, MORE, WARMUP, SAVE, EVAL_EVERY, EVAL_BATCH, SEED, RANK, ALPHA,
        FIRST_LAYER, TARGETS, DROPOUT, DECAY, GRAD_NORM, MICRO, DEFAULTS, NAME, NAME_DEFAULT, PIN, PIN_B,
        PIN_QUESTION, PIN_TEXT, ESTIMATE, ESTIMATING, START, WAITING, NEEDS_DATA, TOO_LONG, ENGINE_CPU,
    }
    of {
        DEPTHS: [&str; 3],
        DEPTH_NOTES: [&str; 3],
    }
    fn hint(name: &str) -> &'static str;
    fn steps(steps: usize, batch: usize) -> String;
    fn estimate(step_ms: f64, total: &str, steps: usize, memory: u64, values: usize) -> String;
    fn room(room: &Room) -> String;
    fn duration(ms: f64) -> String;
    fn refused(e: &SettingError) -> String;
}
