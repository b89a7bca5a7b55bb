//! Masked words: how near the shipped weights are to the unrounded ones.

use anyhow::{Context as _, bail, ensure};
use bertscope::engine::cpu::{CpuBuilder, CpuEngine};
use bertscope::engine::folder::PackFolder;
use bertscope::engine::masked_words::{Score, masked_rows, score};
use bertscope::engine::{Builder as _, Field};
use bertscope::model::manifest::{FORMAT, FileEntry, Manifest, Scheme, Source, TensorEntry, VERSION};
use bertscope::text::masking::MaskedRow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::assets::checkpoint::Checkpoint;

pub const HELP: &str = "cargo xtask quality masked-words --file TEXT [options]

  --file TEXT         documents parted by empty lines
  --model DIR         the pack that is judged (assets/models/bert-base-uncased)
  --seed N            of the masks (9)
  --limit N           stop once N words are hidden
  --reference HF_DIR  judge these f32 weights on the same masks too
  --dump FILE         write the masked rows as JSON lines: [input ids, [[position, id], …]]

Ends with a line such as: loss 2.1330 top-1 0.6162 top-5 0.7848 n 5716";

struct Options {
    file: PathBuf,
    model: PathBuf,
    seed: u64,
    limit: usize,
    reference: Option<PathBuf>,
    dump: Option<PathBuf>,
}

pub fn run(args: &[String]) -> anyhow::Result<()> {
    masked_words(&options(args)?)
}

fn options(args: &[String]) -> anyhow::Result<Options> {
    let mut o = Options {
        file: PathBuf::new(),
        model: super::MODEL.into(),
        seed: 9,
        limit: usize::MAX,
        reference: None,
        dump: None,
    };
    let mut left = args.iter();
    while let Some(name) = left.next() {
        let mut value = || left.next().with_context(|| format!("{name} needs a value\n\n{HELP}"));
        match name.as_str() {
            "--file" => o.file = value()?.into(),
            "--model" => o.model = value()?.into(),
            "--seed" => o.seed = value()?.parse().context("--seed takes a number")?,
            "--limit" => o.limit = value()?.parse().context("--limit takes a number")?,
            "--reference" => o.reference = Some(value()?.into()),
            "--dump" => o.dump = Some(value()?.into()),
            other => bail!("no option {other}\n\n{HELP}"),
        }
    }
    ensure!(!o.file.as_os_str().is_empty(), "--file is missing\n\n{HELP}");
    Ok(o)
}

fn masked_words(o: &Options) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(&o.file).with_context(|| o.file.display().to_string())?;
    let pack = PackFolder::open(&o.model)?;
    let rows = masked_rows(&text, &pack.tokenizer()?, o.seed, o.limit)?;
    ensure!(!rows.is_empty(), "{} does not fill one row", o.file.display());
    if let Some(path) = &o.dump {
        let lines: Vec<String> =
            rows.iter().map(|r| serde_json::to_string(&(&r.input_ids, &r.labels))).collect::<Result<_, _>>()?;
        std::fs::write(path, lines.join("\n") + "\n").with_context(|| path.display().to_string())?;
    }
    if let Some(folder) = &o.reference {
        let line = judged(&mut f32_engine(&Checkpoint::open(folder)?, folder)?, &rows)?;
        println!("reference {line}");
    }
    let line = judged(&mut pack.cpu_engine()?, &rows)?;
    println!("{line}");
    Ok(())
}

pub fn judged(engine: &mut CpuEngine, rows: &[MaskedRow]) -> anyhow::Result<Score> {
    let (started, mut told) = (Instant::now(), 0);
    let progress = |done: usize| {
        if done / 200 > told || done == rows.len() {
            told = done / 200;
            eprintln!("{done} of {} rows, {:.0?}", rows.len(), started.elapsed());
        }
    };
    Ok(score(engine, rows, progress)?)
}

/// The model of a Hugging Face folder, with the checkpoint's values as they are.
pub fn f32_engine(checkpoint: &Checkpoint, folder: &Path) -> anyhow::Result<CpuEngine> {
    let entry = |name: &str, shape: &[usize]| TensorEntry {
        name: name.to_owned(),
        shape: shape.to_vec(),
        scheme: Scheme::F32,
        shards: Vec::new(),
    };
    let manifest = Manifest {
        format: FORMAT.into(),
        version: VERSION,
        title: folder.display().to_string(),
        config: checkpoint.config.clone(),
        source: Source { origin: String::new(), sha256: String::new(), license: String::new(), changes: String::new() },
        vocab: FileEntry { file: String::new(), bytes: 0, sha256: String::new() },
        parts: Vec::new(),
        tensors: checkpoint.tensors.iter().map(|t| entry(&t.name, &t.shape)).collect(),
        absent: Vec::new(),
        base_hash: String::new(),
    };
    let mut builder = CpuBuilder::new(&manifest)?;
    for (t, e) in checkpoint.tensors.iter().zip(&manifest.tensors) {
        builder.shard(e, Field::Data, 0, bytemuck::cast_slice(&t.values))?;
    }
    Ok(builder.finish()?)
}
