//! Many rows through the engine, some at a time, so that others get their turn.

use super::{Held, Session};
use crate::engine::classify::ClassifyPlan;
use crate::engine::spans::SpanPlan;
use crate::engine::{Answer, Batch, RunStats, Want};
use crate::protocol::{Event, Failure};
use crate::worker::features::FeaturesPlan;
use crate::worker::js::{post, sleep_ms};
use crate::worker::probe::RowsPlan;
use std::ops::Range;

/// Rows that are to run, and what takes their answers.
pub(super) trait Turns {
    fn total(&self) -> usize;

    /// The rows from `done` on that run next, of about so many pieces.
    fn next(&self, done: usize, tokens: usize) -> Range<usize>;

    fn ask(&self, rows: Range<usize>) -> (Batch, Want);

    /// Pieces of a range's rows.
    fn tokens(&self, rows: Range<usize>) -> usize;

    fn take(&mut self, rows: Range<usize>, answer: Answer);
}

impl Session {
    /// Runs all rows of a plan, as many at a time as the engine's pace has it. Where they do not all fit in one forward
    /// the page hears how far they are. None when a newer request came meanwhile.
    pub(super) async fn in_turns(
        &self,
        id: u64,
        plan: &mut impl Turns,
        adapter: Option<(&str, &Held)>,
        is_stale: &impl Fn() -> bool,
    ) -> Result<Option<RunStats>, Failure> {
        let (mut stats, mut done, total) = (RunStats::default(), 0, plan.total());
        while done < total {
            let range = plan.next(done, self.0.borrow().pace.tokens());
            if range.len() < total {
                post(Event::Progress { id, done, total });
                // Lets a newer request in.
                sleep_ms(0).await;
            }
            if is_stale() {
                return Ok(None);
            }
            let (batch, want) = plan.ask(range.clone());
            let answer = self.run_with(adapter, &batch, &want).await?;
            self.0.borrow_mut().pace.measure(plan.tokens(range.clone()), answer.stats.total_ms);
            stats.add(&answer.stats);
            done = range.end;
            plan.take(range, answer);
        }
        Ok(Some(stats))
    }
}

impl Turns for ClassifyPlan {
    fn total(&self) -> usize {
        self.rows()
    }

    fn next(&self, done: usize, tokens: usize) -> Range<usize> {
        self.next(done, tokens)
    }

    fn ask(&self, rows: Range<usize>) -> (Batch, Want) {
        (self.batch(rows), Want { class_logits: true, ..Want::default() })
    }

    fn tokens(&self, rows: Range<usize>) -> usize {
        self.tokens(rows)
    }

    fn take(&mut self, rows: Range<usize>, answer: Answer) {
        self.take(rows, &answer.class_logits);
    }
}

impl Turns for SpanPlan {
    fn total(&self) -> usize {
        self.rows().len()
    }

    fn next(&self, done: usize, tokens: usize) -> Range<usize> {
        self.rows().next(done, tokens)
    }

    fn ask(&self, rows: Range<usize>) -> (Batch, Want) {
        (self.batch(rows), Want { span_logits: true, ..Want::default() })
    }

    fn tokens(&self, rows: Range<usize>) -> usize {
        self.rows().tokens(rows)
    }

    fn take(&mut self, rows: Range<usize>, answer: Answer) {
        self.take(rows, &answer.span_logits);
    }
}

impl Turns for RowsPlan {
    fn total(&self) -> usize {
        self.rows()
    }

    fn next(&self, done: usize, tokens: usize) -> Range<usize> {
        self.next(done, tokens)
    }

    fn ask(&self, rows: Range<usize>) -> (Batch, Want) {
        self.ask(rows)
    }

    fn tokens(&self, rows: Range<usize>) -> usize {
        rows.len() * self.tokens()
    }

    fn take(&mut self, rows: Range<usize>, answer: Answer) {
        self.take(rows, answer);
    }
}

impl Turns for FeaturesPlan {
    fn total(&self) -> usize {
        self.rows.len()
    }

    fn next(&self, done: usize, tokens: usize) -> Range<usize> {
        self.next(done, tokens)
    }

    fn ask(&self, rows: Range<usize>) -> (Batch, Want) {
        (self.rows.batch(rows), self.want())
    }

    fn tokens(&self, rows: Range<usize>) -> usize {
        self.rows.tokens(rows)
    }

    fn take(&mut self, rows: Range<usize>, answer: Answer) {
        self.take(rows, &answer);
    }
}
