//! A whole run on the built-in text, as the lesson on pre-training opens with it.

use bertscope::protocol::pretraining::{Begin, Phase, Point, Told};
use bertscope::text::tokenizer::BertTokenizer;
use bertscope::train::pretraining::{PretrainRun, Turned};
use bertscope::ui::logic::pretraining::PretrainState;
use bertscope::worker::pretrained::{read, told};
use serde::Serialize;
use std::sync::Arc;

/// Steps of which every point is kept; of the later ones one in four.
const ALL: u32 = 20;

#[derive(Serialize)]
pub struct Recorded {
    task: Begin,
    answer: Told,
}

pub fn run(tokenizer: &BertTokenizer) -> anyhow::Result<Recorded> {
    let task = PretrainState::default().begin();
    let text = read(tokenizer, &task.text).map_err(|f| anyhow::anyhow!("{f:?}"))?;
    let mut run = PretrainRun::new(Arc::new(text), task.settings)?;
    while run.turn()? != Turned::Done {}
    let mut answer = told(&run, Phase::Done, [0; 2]);
    answer.points = run.points().iter().filter(|p| p.step <= ALL || p.step % 4 == 0).map(rounded).collect();
    // How fast this machine was is nothing to a visitor.
    (answer.pieces_per_s, answer.pairs_per_s) = (0.0, 0.0);
    for look in &mut answer.looks {
        let shares =
            look.blanks.iter_mut().flat_map(|b| b.top.iter_mut().map(|t| &mut t.1).chain([&mut b.probability]));
        shares.for_each(|p| *p = short(*p));
        look.held_out.iter_mut().flatten().for_each(|l| *l = (*l * 1e4).round() / 1e4);
    }
    Ok(Recorded { task, answer })
}

fn rounded(p: &Point) -> Point {
    Point { words: p.words.map(short), next: short(p.next), next_right: short(p.next_right), ..*p }
}

/// Four digits behind the point.
fn short(value: f32) -> f32 {
    (value * 1e4).round() / 1e4
}
