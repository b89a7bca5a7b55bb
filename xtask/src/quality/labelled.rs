//! Labelled texts or pairs through an adapter on the shipped bytes: sentiment and next sentence.

use super::record::{Which, record};
use super::{ADAPTERS, MODEL};
use anyhow::{Context as _, bail, ensure};
use bertscope::engine::classify::{ClassifiedRow, ClassifyPlan};
use bertscope::engine::folder::{PackFolder, adapter_bytes};
use bertscope::engine::gpu::{AdapterPolicy, GpuBuilder};
use bertscope::engine::judge::Judged;
use bertscope::engine::predictions::results_row;
use bertscope::engine::{AdapterId, Engine, Want};
use bertscope::model::adapter::Adapter;
use bertscope::text::table::{Bad, Layout, Reader, Row, guess};
use bertscope::text::tokens::TextPair;
use pollster::block_on;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

pub const HELP: &str = "cargo xtask quality sentiment --file TSV [options]
cargo xtask quality next-sentence --file TSV [options]

  --file TSV          with a header: label (0 negative, 1 positive) and text; or label (1 for the next sentence),
                      text_a and text_b. CSV is read too
  --limit N           judge the first N rows that can be read
  --engine cpu|gpu    (cpu)
  --adapter FILE      in place of the shipped one
  --model DIR         the pack below it (assets/models/bert-base-uncased)
  --predictions OUT   write a row of probabilities a text, in the adapter's order of labels
  --record NAME       put the figures into assets/recorded/quality.json under this name

Rows that cannot be judged are told by their line and left out.
Ends with a line such as: accuracy 0.9412 ci 0.926..0.954 ece 0.021 n 1821";

/// Texts of one call: enough to sort by length, few enough to tell how far it is.
const TEXTS: usize = 512;
/// Pieces of one forward.
const GPU_TOKENS: usize = 4096;
const CPU_TOKENS: usize = 1024;

pub struct Judgement {
    /// Of the shipped adapter.
    adapter: &'static str,
    text: &'static str,
    second: Option<&'static str>,
    /// What `label` 0, 1, … mean in the adapter's order of labels.
    classes: [usize; 2],
    figures: Which,
}

pub const SENTIMENT: Judgement =
    Judgement { adapter: "sentiment", text: "text", second: None, classes: [0, 1], figures: |f| &mut f.sentiment };
/// In files 1 is IsNext, in the model index 0 is.
pub const NEXT_SENTENCE: Judgement = Judgement {
    adapter: "next-sentence",
    text: "text_a",
    second: Some("text_b"),
    classes: [1, 0],
    figures: |f| &mut f.next_sentence,
};

struct Options {
    file: PathBuf,
    limit: usize,
    engine: String,
    adapter: Option<PathBuf>,
    model: PathBuf,
    predictions: Option<PathBuf>,
    record: Option<String>,
}

fn options(args: &[String]) -> anyhow::Result<Options> {
    let mut o = Options {
        file: PathBuf::new(),
        limit: usize::MAX,
        engine: "cpu".into(),
        adapter: None,
        model: MODEL.into(),
        predictions: None,
        record: None,
    };
    let mut left = args.iter();
    while let Some(name) = left.next() {
        let mut value = || left.next().with_context(|| format!("{name} needs a value\n\n{HELP}"));
        match name.as_str() {
            "--file" => o.file = value()?.into(),
            "--limit" => o.limit = value()?.parse().context("--limit takes a number")?,
            "--engine" => o.engine = value()?.clone(),
            "--adapter" => o.adapter = Some(value()?.into()),
            "--model" => o.model = value()?.into(),
            "--predictions" => o.predictions = Some(value()?.into()),
            "--record" => o.record = Some(value()?.clone()),
            other => bail!("no option {other}\n\n{HELP}"),
        }
    }
    ensure!(!o.file.as_os_str().is_empty(), "--file is missing\n\n{HELP}");
    Ok(o)
}

pub fn run(judgement: &Judgement, args: &[String]) -> anyhow::Result<()> {
    let o = options(args)?;
    let (rows, bad) = read(&o.file, judgement, o.limit)?;
    bad.iter().for_each(|b| eprintln!("line {}: {:?}", b.line, b.reason));
    ensure!(!rows.is_empty(), "{} has no row that can be judged", o.file.display());
    let pack = PackFolder::open(&o.model)?;
    let adapter = adapter(judgement, &o, &pack)?;
    ensure!(adapter.labels.len() == judgement.classes.len(), "the adapter has the labels {:?}", adapter.labels);
    let mut engine = engine(&o.engine, &pack)?;
    let id = block_on(engine.add_adapter(&adapter))?;
    let answers = classified(&mut engine, &pack, (&adapter, id), &rows)?;
    let mut judged = Judged::new(adapter.labels.len());
    let mut unread = 0;
    for (row, answer) in rows.iter().zip(&answers) {
        match row.class {
            Some(class) if !answer.probabilities.is_empty() => {
                judged.add(judgement.classes[class], &answer.probabilities);
            }
            _ => unread += 1,
        }
    }
    if let Some(path) = &o.predictions {
        let lines: String = answers.iter().map(|a| results_row(&a.probabilities)).collect();
        std::fs::write(path, lines).with_context(|| path.display().to_string())?;
    }
    if let Some(name) = &o.record {
        record(judgement.figures, judged.set(name))?;
    }
    println!("{} rows read, {} bad and left out", rows.len() - unread, bad.len() + unread);
    println!("{judged}");
    Ok(())
}

/// Rows that can be judged, up to the limit, and those that cannot.
fn read(file: &Path, judgement: &Judgement, limit: usize) -> anyhow::Result<(Vec<Row>, Vec<Bad>)> {
    let mut input = std::fs::File::open(file).with_context(|| file.display().to_string())?;
    let mut chunk = vec![0; 1 << 16];
    let mut next = move || -> anyhow::Result<Vec<u8>> {
        let mut filled = 0;
        while filled < chunk.len() {
            match input.read(&mut chunk[filled..])? {
                0 => break,
                n => filled += n,
            }
        }
        Ok(chunk[..filled].to_vec())
    };
    let mut bytes = next()?;
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned());
    let mut reader = Reader::new(layout(&bytes, name.as_deref(), judgement)?, &["0".into(), "1".into()]);
    let (mut rows, mut bad) = (Vec::new(), Vec::new());
    loop {
        if bytes.is_empty() {
            reader.finish();
        }
        reader.push(&bytes);
        while let Some(row) = reader.take() {
            match row {
                Ok(row) => rows.push(row),
                Err(b) => bad.push(b),
            }
            if rows.len() == limit {
                return Ok((rows, bad));
            }
        }
        if bytes.is_empty() {
            return Ok((rows, bad));
        }
        bytes = next()?;
    }
}

/// The guessed layout, with the columns that the header names.
fn layout(bytes: &[u8], name: Option<&str>, judgement: &Judgement) -> anyhow::Result<Layout> {
    let mut layout = guess(bytes, name);
    let column = |name: &str| {
        layout.column(name).with_context(|| format!("the header has no column {name}: {:?}", layout.header))
    };
    let (text, second, label) = (column(judgement.text)?, judgement.second.map(column).transpose()?, column("label")?);
    (layout.text, layout.second, layout.label) = (text, second, Some(label));
    Ok(layout)
}

fn adapter(judgement: &Judgement, o: &Options, pack: &PackFolder) -> anyhow::Result<Adapter> {
    let bytes = match &o.adapter {
        Some(path) => std::fs::read(path).with_context(|| path.display().to_string())?,
        None => adapter_bytes(Path::new(ADAPTERS), judgement.adapter)?,
    };
    Ok(Adapter::parse(&bytes, &pack.manifest.config, &pack.manifest.base_hash)?)
}

/// The engine of that name, `cpu` or `gpu`, with a pack's weights.
pub fn engine(name: &str, pack: &PackFolder) -> anyhow::Result<Engine> {
    Ok(match name {
        "cpu" => Engine::Cpu(pack.cpu_engine()?),
        "gpu" => {
            let mut builder = block_on(GpuBuilder::new(&pack.manifest, AdapterPolicy::AnyAdapter))?;
            pack.feed(&mut builder)?;
            Engine::Gpu(Box::new(block_on(builder.finish())?))
        }
        other => bail!("no engine {other}: cpu or gpu"),
    })
}

/// An answer for each row, in their order; progress goes to stderr.
fn classified(
    engine: &mut Engine,
    pack: &PackFolder,
    (adapter, id): (&Adapter, AdapterId),
    rows: &[Row],
) -> anyhow::Result<Vec<ClassifiedRow>> {
    let tokens = if matches!(engine, Engine::Gpu(_)) { GPU_TOKENS } else { CPU_TOKENS };
    let tokenizer = pack.tokenizer()?;
    let max_tokens = pack.manifest.config.max_position_embeddings;
    let want = Want { adapter: Some(id), class_logits: true, ..Want::default() };
    let (started, mut told) = (Instant::now(), Instant::now());
    let mut out = Vec::with_capacity(rows.len());
    for some in rows.chunks(TEXTS) {
        let texts: Vec<TextPair> = some.iter().map(|r| TextPair { a: r.text.clone(), b: r.second.clone() }).collect();
        let mut plan = ClassifyPlan::new(&tokenizer, &texts, adapter.input, max_tokens, false)?;
        for range in plan.batches(tokens) {
            let answer = block_on(engine.run(&plan.batch(range.clone()), &want))?;
            if told.elapsed().as_secs() >= 10 {
                told = Instant::now();
                let (done, all) = (range.end, plan.rows());
                eprintln!(
                    "{} of {} rows, then {done} of {all} windows, {:.0?}",
                    out.len(),
                    rows.len(),
                    started.elapsed()
                );
            }
            plan.take(range, &answer.class_logits);
        }
        out.extend(plan.finish(adapter));
    }
    eprintln!("{} rows in {:.1?}", out.len(), started.elapsed());
    Ok(out)
}
