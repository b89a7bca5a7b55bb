//! Norms of the base's matrices, gathered part by part, against those of the whole pack.

use super::{at, config, tiny};
use bertscope::engine::cpu::CpuBuilder;
use bertscope::model::adapter::{Adapter, Target};
use bertscope::train::changed::Squares;

#[test]
fn norms_gathered_part_by_part_are_those_of_the_whole() {
    let pack = tiny();
    let file = std::fs::read(at("tests/data/tiny-q4-training/everywhere.safetensors")).unwrap();
    let adapter = Adapter::parse(&file, &config(), &pack.manifest.base_hash).unwrap();
    let mut squares = Squares::new(&pack.manifest, &adapter);
    assert!(pack.manifest.parts.len() > 1, "one part would prove nothing");
    for (i, part) in pack.manifest.parts.iter().enumerate().filter(|(i, _)| squares.wants(*i)).collect::<Vec<_>>() {
        let bytes = std::fs::read(at("tests/data/tiny-q4").join(&part.file)).unwrap();
        squares.take(i, &bytes).unwrap();
    }
    let mut whole = CpuBuilder::new(&pack.manifest).unwrap();
    pack.feed(&mut whole).unwrap();
    for &(layer, target) in adapter.low_rank.keys() {
        let values = whole.take(&format!("{}.weight", target.linear(layer))).unwrap();
        let want = values.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>().sqrt();
        let got = squares.norm(layer, target);
        assert!(want > 0.1 && (got - want).abs() < 1e-9 * want, "layer {layer}, {target:?}: {got} for {want}");
    }
    assert_eq!(squares.norm(7, Target::Key), 0.0, "a layer that the model lacks");
}
