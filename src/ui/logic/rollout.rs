//! Attention followed through the layers (Abnar and Zuidema, 2020): each layer's heads averaged, half of every
//! vector taken to be carried on past the layer, and the layers multiplied up.

use super::heads::Heads;

/// (L, S, S): after each layer, from which of the pieces that went in each piece's vector is reckoned to come.
/// Every row sums to 1.
pub fn rollout(heads: &Heads<'_>) -> Vec<Vec<f32>> {
    let s = heads.tokens;
    let mut flow: Vec<f64> = (0..s * s).map(|k| f64::from(u8::from(k / s.max(1) == k % s.max(1)))).collect();
    let mut flows = Vec::with_capacity(heads.layers);
    for layer in 0..heads.layers {
        let mixed = mixed(heads, layer);
        let mut next = vec![0.0; s * s];
        for i in 0..s {
            for k in 0..s {
                let share = mixed[i * s + k];
                for j in 0..s {
                    next[i * s + j] += share * flow[k * s + j];
                }
            }
        }
        flow = next;
        flows.push(flow.iter().map(|&x| x as f32).collect());
    }
    flows
}

/// (S, S): half the heads' mean, half the piece itself, rows summing to 1.
fn mixed(heads: &Heads<'_>, layer: usize) -> Vec<f64> {
    let s = heads.tokens;
    let mut mean = vec![0.0; s * s];
    for head in 0..heads.heads {
        mean.iter_mut().zip(heads.head(layer, head)).for_each(|(m, &a)| *m += f64::from(a) / heads.heads as f64);
    }
    for (i, row) in mean.chunks_exact_mut(s.max(1)).enumerate() {
        row.iter_mut().for_each(|a| *a *= 0.5);
        row[i] += 0.5;
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|a| *a /= sum);
    }
    mean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_layer_fetched_the_next_hands_on() {
        // Layer 1: piece 0 looks at 1, 1 at 2, 2 at itself. Layer 2: each at the piece itself.
        let one = [0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0];
        let itself = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
        let values: Vec<f32> = [one, one, itself].concat();
        let flows = rollout(&Heads::new(&values, &[3, 1, 3, 3]).expect("shapes agree"));
        assert_eq!(flows[0], [0.5, 0.5, 0.0, 0.0, 0.5, 0.5, 0.0, 0.0, 1.0]);
        // Piece 0 has a quarter of piece 2, though it never looked there.
        assert_eq!(flows[1], [0.25, 0.5, 0.25, 0.0, 0.25, 0.75, 0.0, 0.0, 1.0]);
        assert_eq!(flows[2], flows[1]);
    }
}
