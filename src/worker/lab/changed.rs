//! What a run changed, found out after it, a few examples at a time.

use super::job::Job;
use super::{Lab, tell};
use crate::engine::{Batch, Engine, EngineError, MAX_ATTENTION_TOKENS, Want};
use crate::model::adapter::{Head, LowRank, Target};
use crate::protocol::Failure;
use crate::protocol::lab::{Changed, ClassMap, Delta, Depth, LabEvent, Part};
use crate::train::changed::{attention_moved, delta_norm, gram, moved};
use crate::train::data::{Sample, encode};
use crate::worker::session::Session;

/// Most examples on the map.
const MAX_EXAMPLES: usize = 200;

/// Validation examples, and their pooled vectors so far.
pub struct Changing {
    /// Of the dataset, and their classes.
    rows: Vec<(usize, usize)>,
    /// (n, H) by the base alone, then with the adapter.
    pooled: [Vec<f32>; 2],
    done: usize,
}

impl Changing {
    fn new(job: &Job) -> Self {
        let all = job.data.split.rows(Part::Validation);
        // Spread over the whole part.
        let every = all.len().div_ceil(MAX_EXAMPLES).max(1);
        let of = |&row: &u32| Some((row as usize, job.data.samples[row as usize].class? as usize));
        let classes = job.setup.adapter.head == Head::Classifier;
        let rows = if classes { all.iter().step_by(every).filter_map(of).collect() } else { Vec::new() };
        Self { rows, pooled: Default::default(), done: 0 }
    }
}

impl Lab {
    pub(super) fn ask_changed(&mut self) {
        if let Some(job) = self.job.as_mut().filter(|job| !job.goes_on() && job.finish.is_some()) {
            job.changing = Some(Changing::new(job));
        }
    }

    /// A few examples more; then the rest at once. A failure gives the question up and is told.
    pub(super) async fn change_on(&mut self, session: &Session) -> Result<(), Failure> {
        let Some(mut job) = self.job.take() else { return Ok(()) };
        let found = job.change_on(session).await;
        match found {
            Ok(Some(changed)) => {
                job.changing = None;
                tell(LabEvent::Changed(Box::new(changed)));
            }
            Ok(None) => {}
            // Another engine is on its way.
            Err(Failure::NotLoaded) => {}
            Err(failure) => {
                job.changing = None;
                tell(LabEvent::Changing { done: 0, total: 0 });
                crate::worker::js::post(crate::protocol::Event::Failed { id: None, failure });
            }
        }
        self.job = Some(job);
        Ok(())
    }
}

impl Job {
    async fn change_on(&mut self, session: &Session) -> Result<Option<Changed>, Failure> {
        let (Some(finish), Some(changing)) = (self.finish.as_mut(), self.changing.as_mut()) else { return Ok(None) };
        finish.hold(session).await?;
        let id = finish.id;
        let tokenizer = session.tokenizer()?;
        let encoded = |sample: &Sample| {
            encode(&tokenizer, sample, self.settings.max_seq_length).map(|(row, _)| row).map_err(super::data::refuse)
        };
        let total = changing.rows.len();
        if changing.done < total {
            let fit = (session.turn_tokens() / self.settings.max_seq_length.max(1)).max(1);
            let some = &changing.rows[changing.done..(changing.done + fit).min(total)];
            let rows = some.iter().map(|&(row, _)| encoded(&self.data.samples[row])).collect::<Result<Vec<_>, _>>()?;
            let (batch, n) = (Batch { rows }, some.len());
            let mut found: [Vec<f32>; 2] = Default::default();
            for (adapter, to) in [None, id].into_iter().zip(&mut found) {
                let want = Want { pooled: true, adapter, ..Want::default() };
                match session.with_engine(async |e: &mut Engine| e.run(&batch, &want).await).await? {
                    Ok(answer) => *to = answer.pooled,
                    Err(EngineError::GpuLost { .. } | EngineError::NoSuchAdapter) => {
                        finish.id = None;
                        return Ok(None);
                    }
                    Err(e) => return Err(e.into()),
                }
            }
            for (all, more) in changing.pooled.iter_mut().zip(found) {
                all.extend(more);
            }
            changing.done += n;
            tell(LabEvent::Changing { done: changing.done, total });
            return Ok(None);
        }
        let model = session.model()?;
        let width = model.config.hidden_size;
        let map = (total > 1).then(|| ClassMap {
            examples: changing.rows.iter().map(|&(row, class)| (self.data.samples[row].line as usize, class)).collect(),
            grams: changing.pooled.each_ref().map(|rows| gram(rows, width)),
        });
        let second = self.pinned.b.clone().filter(|_| self.data.pairs).map(String::into_boxed_str);
        let text = self.pinned.a.clone().into_boxed_str();
        let pinned = Sample { line: 0, text, second, class: None, answer: None };
        let mut heads = Vec::new();
        let row = encoded(&pinned)?;
        let tokens = row.input_ids.len();
        if !self.pinned.a.trim().is_empty() && tokens <= MAX_ATTENTION_TOKENS {
            let mut seen: [Vec<f32>; 2] = Default::default();
            for (adapter, to) in [None, id].into_iter().zip(&mut seen) {
                let (batch, want) = (Batch::one(row.clone()), Want { attentions: true, adapter, ..Want::default() });
                let run = async |e: &mut Engine| e.run(&batch, &want).await;
                match session.with_engine(run).await? {
                    Ok(answer) => *to = answer.attentions,
                    Err(EngineError::GpuLost { .. } | EngineError::NoSuchAdapter) => {
                        finish.id = None;
                        return Ok(None);
                    }
                    Err(e) => return Err(e.into()),
                }
            }
            heads = attention_moved(&seen[0], &seen[1], model.config.num_attention_heads, tokens);
        }
        let adapter = &finish.adapter;
        if adapter.is_whole() {
            let before = session.base(&Depth::All, true).await?.weights;
            let place = |layer: usize| Target::ALL.map(|target| (layer, target));
            let of = |(layer, target): (usize, Target)| {
                let name = format!("{}.weight", target.linear(layer));
                let (change, base) = moved(before.get(&name)?, adapter.weights.get(&name)?);
                Some(Delta { layer, target, change, base })
            };
            let deltas = (0..model.config.num_hidden_layers).flat_map(place).filter_map(of).collect();
            return Ok(Some(Changed { run: self.id.clone(), deltas, heads, text: self.pinned.clone(), map }));
        }
        let squares = session.squares(adapter).await?;
        let delta = |(&(layer, target), m): (&(usize, Target), &LowRank)| {
            let change = delta_norm(m, adapter.rank, adapter.scale());
            Delta { layer, target, change, base: squares.norm(layer, target) }
        };
        let deltas = adapter.low_rank.iter().map(delta).collect();
        Ok(Some(Changed { run: self.id.clone(), deltas, heads, text: self.pinned.clone(), map }))
    }
}
