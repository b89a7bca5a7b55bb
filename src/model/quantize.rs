//! The one quantizer.
