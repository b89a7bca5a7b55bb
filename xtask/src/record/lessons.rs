//! The openings of Fill the blank, Context and Masking.

use super::{Recorded, write};
use anyhow::Context as _;
use bertscope::engine::{Engine, RunStats};
use bertscope::model::config::BertConfig;
use bertscope::protocol::context::{Context, ContextTask, WORDS_READ};
use bertscope::protocol::masking::Masked;
use bertscope::protocol::{BlankTask, Blanks, Failure, MAX_SENTENCES, TextPair};
use bertscope::text::tokenizer::BertTokenizer;
use bertscope::ui::logic::context::{ContextState, tried};
use bertscope::ui::logic::masking::MaskingState;
use bertscope::ui::logic::openings;
use bertscope::worker::answers::plan_blanks;
use bertscope::worker::context::plan_context;
use bertscope::worker::masking::plan_masking;
use pollster::block_on;

/// What the tries of Context claim is tested, not shown.
const TRIES: &str = "tests/data/context_tries.json";

pub fn record(tokenizer: &BertTokenizer, engine: &mut Engine, config: &BertConfig) -> anyhow::Result<()> {
    let fault = |f: Failure| anyhow::anyhow!("{f:?}");
    let mut blanks = Blanks { pieces: Vec::new(), sentences: Vec::new(), stats: RunStats::default() };
    for sentences in openings::BLANK.chunks(MAX_SENTENCES) {
        let task = BlankTask {
            sentences: sentences.iter().map(|s| s.to_string()).collect(),
            asked: openings::BLANK_ASKED.map(String::from).into(),
            top_k: openings::BLANK_TOP_K,
            whole_vocabulary: false,
        };
        let plan = plan_blanks(tokenizer, &task, config.max_position_embeddings).map_err(fault)?;
        let answer = block_on(engine.run(&plan.batch, &plan.want))?;
        blanks.sentences.extend(plan.message(tokenizer, answer).body.sentences);
    }
    write("blank.json", &blanks)?;

    let mut context = |task: ContextTask| -> anyhow::Result<Recorded<ContextTask, Context>> {
        let plan = plan_context(tokenizer, &task, config.max_position_embeddings).map_err(fault)?;
        let answer = block_on(engine.run(&plan.batch, &plan.want))?;
        let vectors = plan.vectors(&answer, config.hidden_size);
        let read = block_on(engine.words_of(&vectors, &[], WORDS_READ))?;
        let mut answer = plan.finish(tokenizer, &vectors, config.hidden_size, Some(read), RunStats::default());
        answer.stats = RunStats::default();
        Ok(Recorded { task, answer })
    };
    write("context.json", &context(ContextState::default().task())?)?;
    let tries = openings::CONTEXT_TRIES.map(|(word, sentences)| context(tried(word, &sentences)));
    let tries = tries.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    std::fs::write(TRIES, serde_json::to_string(&tries)?).context(TRIES)?;

    let task = MaskingState::default().task(TextPair { a: openings::MASKING.into(), b: None });
    let plan = plan_masking(tokenizer, &task, config.max_position_embeddings).map_err(fault)?;
    let all = plan.next(0);
    let answer = block_on(engine.run(&plan.batch(all.clone()), &plan.want(all.clone())))?;
    let trials = plan.take(tokenizer, all, answer);
    write(
        "masking.json",
        &Recorded { task, answer: Masked { tokens: plan.tokens, trials, stats: RunStats::default() } },
    )
}
