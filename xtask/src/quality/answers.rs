//! Questions on texts through the answers adapter on the shipped bytes.

use super::{ADAPTERS, MODEL, engine};
use anyhow::{Context as _, bail, ensure};
use bertscope::engine::Engine;
use bertscope::engine::folder::{PackFolder, adapter_bytes};
use bertscope::engine::spans::squad::Score;
use bertscope::engine::spans::{Asked, SpanPlan, answer};
use bertscope::model::adapter::{Adapter, Head};
use bertscope::text::characters::slice_utf16;
use pollster::block_on;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Instant;

pub const HELP: &str = "cargo xtask quality answers --file JSON [options]

  --file JSON         SQuAD's articles: [{title, paragraphs: [{context, qas: [{question, answers: [text]}]}]}]; no
                      answers: there is none. Answers as {text} and a list under `data`, as published, are read too
  --title TITLE       only this article; may be given again
  --every N           every Nth question
  --limit N           at most N questions
  --engine cpu|gpu    (cpu)
  --adapter FILE      in place of the shipped one
  --model DIR         the pack below it (assets/models/bert-base-uncased)
  --wrong             print what is not an exact match

EM and F1 are those of questions with an answer, the best span taken whatever the score of no answer is; no-answer is
the mean of the shares of questions with and without an answer that were told by the adapter's threshold.
Ends with a line such as: EM 0.712 F1 0.804 no-answer 0.710 n 1404";

/// Questions of one call: enough to sort by length, few enough to tell how far it is.
const QUESTIONS: usize = 128;
const GPU_TOKENS: usize = 4096;
const CPU_TOKENS: usize = 1024;

#[derive(Deserialize)]
#[serde(untagged)]
enum File {
    Published { data: Vec<Article> },
    Plain(Vec<Article>),
}

#[derive(Deserialize)]
struct Article {
    title: String,
    paragraphs: Vec<Paragraph>,
}

#[derive(Deserialize)]
struct Paragraph {
    context: String,
    qas: Vec<Question>,
}

#[derive(Deserialize)]
struct Question {
    question: String,
    answers: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Plain(String),
    Placed { text: String },
}

impl Text {
    fn text(self) -> String {
        match self {
            Self::Plain(text) | Self::Placed { text } => text,
        }
    }
}

struct Options {
    file: PathBuf,
    titles: Vec<String>,
    every: usize,
    limit: usize,
    engine: String,
    adapter: Option<PathBuf>,
    model: PathBuf,
    wrong: bool,
}

fn options(args: &[String]) -> anyhow::Result<Options> {
    let mut o = Options {
        file: PathBuf::new(),
        titles: Vec::new(),
        every: 1,
        limit: usize::MAX,
        engine: "cpu".into(),
        adapter: None,
        model: MODEL.into(),
        wrong: false,
    };
    let mut left = args.iter();
    while let Some(name) = left.next() {
        let mut value = || left.next().with_context(|| format!("{name} needs a value\n\n{HELP}"));
        match name.as_str() {
            "--file" => o.file = value()?.into(),
            "--title" => o.titles.push(value()?.clone()),
            "--every" => o.every = value()?.parse().context("--every takes a number")?,
            "--limit" => o.limit = value()?.parse().context("--limit takes a number")?,
            "--engine" => o.engine = value()?.clone(),
            "--adapter" => o.adapter = Some(value()?.into()),
            "--model" => o.model = value()?.into(),
            "--wrong" => o.wrong = true,
            other => bail!("no option {other}\n\n{HELP}"),
        }
    }
    ensure!(!o.file.as_os_str().is_empty() && o.every > 0, "--file is missing, or --every is 0\n\n{HELP}");
    Ok(o)
}

pub fn run(args: &[String]) -> anyhow::Result<()> {
    let o = options(args)?;
    let rows = read(&o)?;
    ensure!(!rows.is_empty(), "{} has no question", o.file.display());
    let pack = PackFolder::open(&o.model)?;
    let bytes = match &o.adapter {
        Some(path) => std::fs::read(path).with_context(|| path.display().to_string())?,
        None => adapter_bytes(Path::new(ADAPTERS), "answers")?,
    };
    let adapter = Adapter::parse(&bytes, &pack.manifest.config, &pack.manifest.base_hash)?;
    ensure!(adapter.head != Head::Classifier, "the adapter has no span head");
    let mut engine = engine(&o.engine, &pack)?;
    let id = block_on(engine.add_adapter(&adapter))?;
    let tokens = if matches!(engine, Engine::Gpu(_)) { GPU_TOKENS } else { CPU_TOKENS };
    let tokenizer = pack.tokenizer()?;
    let (started, mut told) = (Instant::now(), Instant::now());
    let (mut score, mut done) = (Score::default(), 0);
    for some in rows.chunks(QUESTIONS) {
        let asked: Vec<Asked> = some.iter().map(|(asked, _)| asked.clone()).collect();
        let plan = SpanPlan::new(&tokenizer, &asked, pack.manifest.config.max_position_embeddings)?;
        let (answers, _) = block_on(answer(&mut engine, plan, (&adapter, id), tokens))?;
        for ((asked, right), said) in some.iter().zip(answers) {
            let text = said.best.first().map_or("", |b| slice_utf16(&asked.text, b.span));
            let before = score;
            score.add(text, said.no_answer, right);
            if o.wrong && score.exact == before.exact && score.n > before.n {
                println!("{} — {text:?}, not {right:?}", asked.question);
            }
        }
        done += some.len();
        if told.elapsed().as_secs() >= 10 {
            told = Instant::now();
            eprintln!("{done} of {} questions, {:.0?}: {score}", rows.len(), started.elapsed());
        }
    }
    println!("{} questions in {:.1?}", rows.len(), started.elapsed());
    println!("{score}");
    Ok(())
}

/// Each question with its answers.
fn read(o: &Options) -> anyhow::Result<Vec<(Asked, Vec<String>)>> {
    let name = o.file.display().to_string();
    let bytes = std::fs::read(&o.file).with_context(|| name.clone())?;
    let articles = match serde_json::from_slice(&bytes).with_context(|| format!("{name} is not SQuAD's JSON"))? {
        File::Published { data } => data,
        File::Plain(articles) => articles,
    };
    let mut rows = Vec::new();
    for article in articles {
        if !o.titles.is_empty() && !o.titles.contains(&article.title) {
            continue;
        }
        for paragraph in article.paragraphs {
            for question in paragraph.qas {
                let asked = Asked { text: paragraph.context.clone(), question: question.question };
                rows.push((asked, question.answers.into_iter().map(Text::text).collect()));
            }
        }
    }
    Ok(rows.into_iter().step_by(o.every).take(o.limit).collect())
}
