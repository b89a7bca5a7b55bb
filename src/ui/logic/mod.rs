//! What the page works out without a browser: compiled and tested natively too.

pub mod address;
pub mod answers;
pub mod arcs;
pub mod axis;
pub mod chance;
pub mod change;
pub mod changed;
pub mod csv;
pub mod desk;
pub mod directions;
pub mod evidence;
pub mod heads;
pub mod histogram;
pub mod inside;
pub mod lab;
pub mod many;
pub mod number;
pub mod openings;
pub mod pair;
pub mod paragraphs;
pub mod pca;
pub mod quality;
pub mod quiz;
pub mod review;
pub mod sentence;
pub mod verdict;
