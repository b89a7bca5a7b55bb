//! Commands of the article's path, as they are typed in any language.

use crate::protocol::lab::Hyperparameters;

/// The command of a stage for questions on texts, with the settings of the form.
pub fn questions_command(stage: usize, settings: Option<&Hyperparameters>, best: Option<usize>) -> String {
    let n = |f: &dyn Fn(&Hyperparameters) -> String, otherwise: &str| settings.map_or(otherwise.to_owned(), f);
    let length = n(&|s| s.max_seq_length.to_string(), "384");
    match stage {
        0 => "train-v2.0.json, dev-v2.0.json".into(),
        1 => format!(
            "python run_squad.py --do_train=True --train_file=train-v2.0.json --version_2_with_negative=True --max_seq_length={length} --train_batch_size={} --learning_rate={} --num_train_epochs={}",
            n(&|s| s.train_batch_size.to_string(), "24"),
            n(&|s| rate(s.learning_rate), "3e-5"),
            n(&|s| s.num_train_epochs.to_string(), "2"),
        ),
        2 => "python evaluate-v2.0.py dev-v2.0.json predictions.json --na-prob-file null_odds.json".into(),
        _ => format!(
            "python run_squad.py --do_predict=True --init_checkpoint=./model.ckpt-{} --null_score_diff_threshold=… --max_seq_length={length}",
            best.map_or("…".into(), |step| step.to_string())
        ),
    }
}

/// The command of a stage, with the settings of the form.
pub fn command(stage: usize, settings: Option<&Hyperparameters>, best: Option<usize>) -> String {
    let n = |f: &dyn Fn(&Hyperparameters) -> String, otherwise: &str| settings.map_or(otherwise.to_owned(), f);
    let length = n(&|s| s.max_seq_length.to_string(), "128");
    match stage {
        0 => "python prepare_data.py".into(),
        1 => format!(
            "python run_classifier.py --do_train=true --max_seq_length={length} --train_batch_size={} --learning_rate={} --num_train_epochs={} --save_checkpoints_steps={}",
            n(&|s| s.train_batch_size.to_string(), "32"),
            n(&|s| rate(s.learning_rate), "2e-5"),
            n(&|s| s.num_train_epochs.to_string(), "3"),
            n(&|s| s.save_checkpoints_steps.to_string(), "1000"),
        ),
        2 => format!("python run_classifier.py --do_eval=true --max_seq_length={length}"),
        _ => format!(
            "python run_classifier.py --do_predict=true --init_checkpoint=./model.ckpt-{} --max_seq_length={length}",
            best.map_or("…".into(), |step| step.to_string())
        ),
    }
}

/// `3e-4`, as it is typed in commands.
pub fn rate(value: f32) -> String {
    format!("{value:e}")
}
