//! Figures. Each is drawn as SVG or DOM, canvas only for matrices, and has words beside it.

pub mod bars;
pub mod gapped;
pub mod token;
