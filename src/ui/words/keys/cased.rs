use crate::ui::logic::model::Model;
use crate::ui::words::key::keys;

keys! {
    cased;
    text {
        BACK, STRIP, STRIP_MORE, LOAD_FIRST, NOT_HERE, OF_UNCASED, SECOND, SECOND_TEXT, IN_USE, BESIDE, BESIDE_TEXT,
        TRY, VOCABULARY_NOT_HERE, MATTERS, MATTERS_TEXT, ASK_UNCASED,
    }
    fn load(size: u64) -> String;
    fn save_data(size: u64) -> String;
    fn ask_cased(size: u64) -> String;
    fn compare(model: Model, size: u64) -> String;
    fn of_vocabulary(text: &str, pieces: usize) -> String;
    fn told(uncased: usize, cased: usize, same: usize) -> String;
}
