//! The files that a run leaves, as texts.

use super::curves::Curves;
use super::evaluate::{Evaluation, ScoredRow};
use crate::engine::predictions::results_row;
use std::fmt::Write as _;

pub const EVAL_RESULTS: &str = "eval_results.txt";
pub const TEST_RESULTS: &str = "test_results.tsv";
pub const LOG: &str = "log.csv";
pub const ADAPTER: &str = "adapter.safetensors";

/// The article's `eval_results.txt`: figures of the validation after `global_step` steps.
pub fn eval_results(e: &Evaluation, global_step: u32) -> String {
    if e.answers {
        let (exact, f1, loss, threshold) = (e.judged.accuracy(), e.f1(), e.loss, e.null_threshold());
        return format!(
            "eval_exact = {exact:.8}\neval_f1 = {f1:.8}\neval_loss = {loss:.8}\nbest_null_threshold = {threshold:.8}\nglobal_step = {global_step}\n"
        );
    }
    let (accuracy, loss, batches) = (e.judged.accuracy(), e.loss, e.batch_loss);
    format!("eval_accuracy = {accuracy:.8}\neval_loss = {loss:.8}\nglobal_step = {global_step}\nloss = {batches:.8}\n")
}

/// The article's `test_results.tsv`: a row of probabilities for each text, in the order of labels, no header.
///
/// Of questions under a header: what is answered, empty for "no answer", and both probabilities.
pub fn test_results(rows: &[ScoredRow]) -> String {
    if rows.iter().any(|r| r.span.is_some()) {
        let row = |r: &ScoredRow| {
            let said = r.span.as_ref().map_or("", |s| &s.said).replace(['\t', '\r', '\n'], " ");
            format!("{said}\t{}", results_row(&r.probabilities))
        };
        return "answer\tprobability\tno_answer\n".to_owned() + &rows.iter().map(row).collect::<String>();
    }
    rows.iter().map(|r| results_row(&r.probabilities)).collect()
}

/// One line a step and one a validation, in the order of steps; what a line does not have is left empty.
pub fn log_csv(curves: &Curves) -> String {
    let mut out = String::from(
        "step,loss,accuracy,learning_rate,gradient_norm,examples_per_s,eval_loss,eval_accuracy,eval_macro_f1\n",
    );
    let mut steps = curves.steps.iter().peekable();
    // Writing to a String cannot fail.
    let step_lines = |out: &mut String, p: &super::curves::StepPoint| {
        let (step, loss, accuracy) = (p.step, p.loss, p.accuracy);
        let (rate, norm, pace) = (p.learning_rate, p.gradient_norm, p.examples_per_s);
        let _ = writeln!(out, "{step},{loss},{accuracy},{rate},{norm},{pace:.2},,,");
    };
    for e in &curves.evaluations {
        while let Some(p) = steps.next_if(|p| p.step <= e.step) {
            step_lines(&mut out, p);
        }
        let _ = writeln!(out, "{},,,,,,{},{},{}", e.step, e.loss, e.accuracy, e.macro_f1);
    }
    steps.for_each(|p| step_lines(&mut out, p));
    out
}

#[cfg(test)]
mod tests {
    use super::super::curves::{EvalPoint, StepPoint};
    use super::*;

    #[test]
    fn the_articles_lines() {
        let e = Evaluation { loss: 0.25, batch_loss: 0.2, ..Evaluation::default() };
        let text = "eval_accuracy = 0.00000000\neval_loss = 0.25000000\nglobal_step = 7\nloss = 0.20000000\n";
        assert_eq!(eval_results(&e, 7), text);
        let row = ScoredRow { probabilities: vec![0.25, 0.75], ..ScoredRow::default() };
        assert_eq!(test_results(&[row.clone(), row]), "0.25000\t0.75000\n0.25000\t0.75000\n");
    }

    #[test]
    fn the_log_has_steps_and_validations_in_turn() {
        let step = |step| StepPoint { step, loss: 0.5, ..StepPoint::default() };
        let evaluation = |step| EvalPoint { step, loss: 0.7, ..EvalPoint::default() };
        let curves = Curves { steps: vec![step(1), step(2), step(3)], evaluations: vec![evaluation(0), evaluation(2)] };
        let log = log_csv(&curves);
        let firsts: Vec<&str> = log.lines().map(|l| l.split(',').next().unwrap_or_default()).collect();
        assert_eq!(firsts, ["step", "0", "1", "2", "2", "3"]);
        assert!(log.lines().all(|l| l.split(',').count() == 9), "{log}");
    }
}
