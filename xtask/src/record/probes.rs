//! The openings of Both directions, The input and Inside.

use super::{save, write};
use bertscope::engine::{Answer, Engine, RunStats};
use bertscope::model::manifest::Manifest;
use bertscope::protocol::probe::{ProbeKind, ProbeRow, ProbedRows, RowsTask};
use bertscope::protocol::{Failure, Message, TextPair};
use bertscope::text::tokenizer::BertTokenizer;
use bertscope::ui::logic::change::Change;
use bertscope::ui::logic::directions::{each_word, first_hidden, question, words};
use bertscope::ui::logic::openings::{self, INPUT_PIECES, INPUT_TOP_K, INSIDE_TOP_K};
use bertscope::worker::answers::tokens;
use bertscope::worker::probe::{RowsPlan, described};
use half::f16;
use pollster::block_on;

/// Pieces of a forward.
const TOKENS: usize = 512;

pub fn record(tokenizer: &BertTokenizer, engine: &mut Engine, manifest: &Manifest) -> anyhow::Result<()> {
    let max_tokens = manifest.config.max_position_embeddings;
    let fault = |f: Failure| anyhow::anyhow!("{f:?}");
    let mut answer = |task: &RowsTask| -> anyhow::Result<Message<ProbedRows>> {
        let config = &manifest.config;
        let mut plan = RowsPlan::new(tokenizer, task, config, max_tokens).map_err(fault)?;
        let mut done = 0;
        while done < plan.rows() {
            let range = plan.next(done, TOKENS);
            let (batch, want) = plan.ask(range.clone());
            let answer = block_on(engine.run(&batch, &want))?;
            done = range.end;
            plan.take(range, answer);
        }
        let lens = match plan.lens_vectors(config) {
            Some(vectors) => {
                let (asked, top_k) = plan.lens_asked();
                block_on(engine.words_of(&vectors, &asked, top_k))?
            }
            None => Answer::default(),
        };
        let mut message = plan.finish(tokenizer, config, lens);
        message.body.stats = RunStats::default();
        Ok(message)
    };

    let text = TextPair { a: openings::DIRECTIONS[0].into(), b: None };
    let all = words(&tokens(tokenizer, &text, max_tokens).map_err(fault)?.1);
    let hidden = first_hidden(&all, openings::DIRECTIONS_WORD).map(|i| question(&text, &all[i]));
    let mut recorded: Vec<(RowsTask, ProbedRows)> = Vec::new();
    for task in hidden.into_iter().chain([each_word(&text, &all)]) {
        let found = answer(&task)?.body;
        recorded.push((task, found));
    }

    let text = TextPair { a: openings::INPUT.0.into(), b: Some(openings::INPUT.1.into()) };
    let pieces = tokens(tokenizer, &text, max_tokens).map_err(fault)?.1.pieces;
    let task = Change::Nothing.question(&text, &pieces, INPUT_TOP_K);
    let found = answer(&task)?;
    // The page shows three digits: 16 bits are enough, and of the pieces those that are shown first.
    let hidden = manifest.config.hidden_size;
    let first = [3 * hidden * INPUT_PIECES, hidden * INPUT_PIECES];
    let values = found.arrays.iter().zip(first).flat_map(|(a, n)| a.iter().take(n));
    save("input.f16", &values.flat_map(|v| f16::from_f32(*v).to_le_bytes()).collect::<Vec<u8>>())?;
    recorded.push((task, found.body));

    let text = TextPair { a: openings::INSIDE.into(), b: None };
    let (rows, block) = (vec![ProbeRow::default()], Some(manifest.config.num_hidden_layers - 1));
    let purpose = ProbeKind::Inside;
    let task = RowsTask { purpose, text, rows, top_k: INSIDE_TOP_K, block, lens: true, ..RowsTask::default() };
    // Words by layer; the block's vectors are too many bytes to wait with.
    let found = ProbedRows { block: None, ..answer(&task)?.body };
    recorded.push((task, found));
    write("probes.json", &recorded)?;
    write("described.json", &described(manifest))
}
