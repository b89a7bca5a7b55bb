//! Figures. Each is drawn as SVG or DOM, canvas only for matrices, and has words beside it.

pub mod arcs;
pub mod bars;
pub mod calibration;
pub mod confusion;
pub mod curves;
pub mod gapped;
pub mod heads_grid;
pub mod histogram;
pub mod map;
pub mod matrix;
pub mod paint;
pub mod poles;
pub mod scatter;
pub mod shaded;
pub mod strip;
pub mod token;
