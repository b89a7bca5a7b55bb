//! Weights: how far each matrix is from its f32 original, as shipped and in 8 bits, and what that costs in words.

use anyhow::{Context as _, bail, ensure};
use bertscope::engine::cpu::CpuBuilder;
use bertscope::engine::folder::PackFolder;
use bertscope::engine::masked_words::{Score, masked_rows};
use bertscope::model::checkpoint::is_quantized;
use bertscope::model::manifest::GROUP;
use bertscope::model::quantize::{dequantize_q8_row, quantize_q8};
use bertscope::ui::logic::stored::{Matrix, Rounding, Words};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::masked_words::{f32_engine, judged};
use crate::assets::checkpoint::{Checkpoint, Tensor};

pub const HELP: &str = "cargo xtask quality weights --reference HF_DIR [options]

  --reference HF_DIR  the f32 weights that the pack was made from
  --model DIR         the pack that is judged (assets/models/bert-base-uncased)
  --file TEXT         masked words to judge on (tests/data/masked_words.txt)
  --record            write assets/recorded/weights.json

Ends with a line such as: 4-bit off by 0.0812 of the weights' size, 8-bit by 0.0052, 75 matrices";

const FILE: &str = "assets/recorded/weights.json";
/// Of the masks: the gate's.
const SEED: u64 = 9;

pub fn run(args: &[String]) -> anyhow::Result<()> {
    let (mut reference, mut model, mut text) =
        (None, PathBuf::from(super::MODEL), PathBuf::from("tests/data/masked_words.txt"));
    let mut record = false;
    let mut left = args.iter();
    while let Some(name) = left.next() {
        let mut value = || left.next().map(PathBuf::from).with_context(|| format!("{name} needs a value\n\n{HELP}"));
        match name.as_str() {
            "--reference" => reference = Some(value()?),
            "--model" => model = value()?,
            "--file" => text = value()?,
            "--record" => record = true,
            other => bail!("no option {other}\n\n{HELP}"),
        }
    }
    let reference = reference.with_context(|| format!("--reference is missing\n\n{HELP}"))?;
    let pack = PackFolder::open(&model)?;
    let mut checkpoint = Checkpoint::open(&reference)?;
    let mut shipped = CpuBuilder::new(&pack.manifest)?;
    pack.feed(&mut shipped)?;
    let shipped: BTreeMap<&str, &[f32]> = shipped.values().collect();
    let mut matrices = Vec::new();
    // Σ of squares: of the weights, of what 4 and 8 bits are off by.
    let mut sums = [0.0f64; 3];
    for tensor in checkpoint.tensors.iter_mut().filter(|t| is_quantized(&t.name, &t.shape)) {
        let own = shipped.get(tensor.name.as_str()).with_context(|| format!("the pack has no {}", tensor.name))?;
        ensure!(own.len() == tensor.values.len(), "{} has another shape in the pack", tensor.name);
        matrices.push(matrix(tensor, own, &mut sums)?);
    }
    let rows = masked_rows(&std::fs::read_to_string(&text)?, &pack.tokenizer()?, SEED, usize::MAX)?;
    let words = |score: Score| Words { loss: score.loss(), top_1: score.top_1(), n: score.words };
    let scores = [
        words(judged(&mut f32_engine(&Checkpoint::open(&reference)?, &reference)?, &rows)?),
        words(judged(&mut pack.cpu_engine()?, &rows)?),
        words(judged(&mut f32_engine(&checkpoint, &reference)?, &rows)?),
    ];
    println!("f32 {:?}\n4-bit {:?}\n8-bit {:?}", scores[0], scores[1], scores[2]);
    let [size, four, eight] = sums.map(f64::sqrt);
    let (count, base_hash) = (matrices.len(), pack.manifest.base_hash.clone());
    if record {
        let found = Rounding { base_hash, words: scores, matrices };
        std::fs::write(Path::new(FILE), serde_json::to_string(&found)? + "\n").context(FILE)?;
    }
    println!("4-bit off by {:.4} of the weights' size, 8-bit by {:.4}, {count} matrices", four / size, eight / size);
    Ok(())
}

/// Judges a matrix, and leaves it rounded to 8 bits.
fn matrix(tensor: &mut Tensor, four: &[f32], sums: &mut [f64; 3]) -> anyhow::Result<Matrix> {
    let columns = tensor.shape[1];
    let stored = quantize_q8(&tensor.values, columns)?;
    let mut eight = vec![0.0; tensor.values.len()];
    dequantize_q8_row(&stored.q, &stored.scale, &mut eight);
    let square = |values: &mut dyn Iterator<Item = f32>| values.map(|v| f64::from(v).powi(2)).sum::<f64>();
    let size = square(&mut tensor.values.iter().copied());
    let off = [four, &eight].map(|other| square(&mut tensor.values.iter().zip(other).map(|(a, b)| a - b)));
    sums.iter_mut().zip([size, off[0], off[1]]).for_each(|(sum, s)| *sum += s);
    let first = tensor.values.iter().take(GROUP).map(|v| (f64::from(*v) * 1e5).round() as i32).collect();
    tensor.values = eight;
    let part = |off: f64| ((off / size).sqrt() * 1e5).round() / 1e5;
    Ok(Matrix { name: tensor.name.clone(), off: off.map(part), first })
}
