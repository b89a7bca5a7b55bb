//! What goes wrong in a training, told from its curves: in numbers, for a sentence of the page's.

use super::curves::Curves;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Diagnosis {
    /// Validation has got worse since `best_step` while training went on getting better.
    Overfitting { best_step: u32, best_loss: f32, now_loss: f32, train_loss_then: f32, train_loss_now: f32 },
    /// The training loss has risen well above where it began, or is no number.
    TooHighRate { step: u32, first_loss: f32, loss: f32, learning_rate: f32 },
    /// Nearly all validation examples are said to be of one label.
    OneClassCollapse { class: usize, said_share: f32, true_share: f32 },
}

/// Steps over which training losses are averaged.
const WINDOW: usize = 10;
/// Validation loss above the best, relative and absolute, that is more than noise.
const WORSE: (f64, f64) = (1.15, 0.05);
/// Training loss above the first steps', likewise.
const RISEN: (f64, f64) = (1.25, 0.2);
const COLLAPSED: f64 = 0.98;
/// True share of one label above which saying nothing else is no wonder.
const LOPSIDED: f64 = 0.9;
/// Fewer examples than this tell nothing.
const LEAST_EXAMPLES: u32 = 20;

/// What the curves of a training with that many labels say.
pub fn diagnose(curves: &Curves, labels: usize) -> Vec<Diagnosis> {
    [too_high_rate(curves, labels), overfitting(curves), collapse(curves)].into_iter().flatten().collect()
}

fn overfitting(curves: &Curves) -> Option<Diagnosis> {
    let best = curves.best()?;
    let after: Vec<_> = curves.evaluations.iter().filter(|e| e.step > best.step).collect();
    let worse = |loss: f32| f64::from(loss) > (f64::from(best.loss) * WORSE.0).max(f64::from(best.loss) + WORSE.1);
    // One bad look is chance; the last two are not.
    let [.., before, now] = after.as_slice() else { return None };
    if !worse(before.loss) || !worse(now.loss) {
        return None;
    }
    let (then, since) = (curves.mean_loss(best.step, WINDOW)?, curves.mean_loss(now.step, WINDOW)?);
    (since < then).then_some(Diagnosis::Overfitting {
        best_step: best.step,
        best_loss: best.loss,
        now_loss: now.loss,
        train_loss_then: then as f32,
        train_loss_now: since as f32,
    })
}

fn too_high_rate(curves: &Curves, labels: usize) -> Option<Diagnosis> {
    let last = curves.steps.last()?;
    let first = curves.mean_loss(WINDOW as u32, WINDOW)?;
    let told = |loss: f64| Diagnosis::TooHighRate {
        step: last.step,
        first_loss: first as f32,
        loss: loss as f32,
        learning_rate: curves.steps.iter().map(|p| p.learning_rate).fold(0.0, f32::max),
    };
    if !last.loss.is_finite() || !last.gradient_norm.is_finite() {
        return Some(told(f64::from(last.loss)));
    }
    if curves.steps.len() < 2 * WINDOW {
        return None;
    }
    let now = curves.mean_loss(last.step, WINDOW)?;
    // Knowing nothing costs ln(labels); a training that is worse than it was and than that is not learning.
    let nothing = (labels.max(2) as f64).ln();
    (now > (first * RISEN.0).max(first + RISEN.1) && now > nothing).then(|| told(now))
}

fn collapse(curves: &Curves) -> Option<Diagnosis> {
    // An untrained classifier says one label too: only what two looks after the first step agree on counts.
    let trained: Vec<_> = curves.evaluations.iter().filter(|e| e.step > 0).collect();
    let [.., before, now] = trained.as_slice() else { return None };
    let total: u32 = now.said.iter().sum();
    if total < LEAST_EXAMPLES {
        return None;
    }
    let share = |counts: &[u32], k: usize| {
        f64::from(counts.get(k).copied().unwrap_or(0)) / f64::from(counts.iter().sum::<u32>().max(1))
    };
    let class = (0..now.said.len()).max_by_key(|&k| now.said[k])?;
    let (said, truth) = (share(&now.said, class), share(&now.truth, class));
    let both = said >= COLLAPSED && share(&before.said, class) >= COLLAPSED;
    (both && truth < LOPSIDED).then_some(Diagnosis::OneClassCollapse {
        class,
        said_share: said as f32,
        true_share: truth as f32,
    })
}
