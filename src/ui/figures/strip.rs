//! A vector as a strip: one column a number, one hue above 0 and another below.

use crate::ui::browser::colours;
use crate::ui::store::store;
use leptos::{html, prelude::*};
use std::sync::Arc;
use wasm_bindgen::{Clamped, JsCast as _};
use web_sys::{CanvasRenderingContext2d, ImageData};

/// Of how many numbers, and the largest size among them.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    pub name: String,
    pub values: Arc<Vec<f32>>,
    /// What is drawn at full strength.
    pub most: f32,
}

/// `marked`: the column that is looked at.
#[component]
pub fn Strip(#[prop(into)] shown: Signal<Values>, marked: Signal<usize>) -> impl IntoView {
    let store = store();
    let canvas: NodeRef<html::Canvas> = NodeRef::new();
    Effect::new(move || {
        store.repaints.track();
        let Some(canvas) = canvas.get() else { return };
        let [above, below] = colours(["--heat", "--below"]);
        let Values { values, most, .. } = shown.get();
        let mut pixels = Vec::with_capacity(values.len() * 4);
        for &v in values.iter() {
            let hue = if v < 0.0 { below } else { above };
            // The root, as in the other heat maps: small values would not be seen otherwise.
            let strength = (v.abs() / most.max(1e-9)).clamp(0.0, 1.0).sqrt() * 255.0;
            pixels.extend([hue[0], hue[1], hue[2], strength as u8]);
        }
        if pixels.is_empty() {
            return;
        }
        canvas.set_width(values.len() as u32);
        canvas.set_height(1);
        let context =
            canvas.get_context("2d").ok().flatten().and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok());
        if let (Some(context), Ok(image)) =
            (context, ImageData::new_with_u8_clamped_array(Clamped(&pixels), values.len() as u32))
        {
            // Fails only for a detached image.
            let _ = context.put_image_data(&image, 0.0, 0.0);
        }
    });
    let name = move || shown.with(|s| s.name.clone());
    let at = move || {
        let n = shown.with(|s| s.values.len().max(1));
        format!("{:.3}%", (marked.get() as f64 + 0.5) / n as f64 * 100.0)
    };
    view! {
        <div class="strip" data-testid="strip" data-name=name>
            <span>{name}</span>
            <div><canvas node_ref=canvas role="img" aria-label=name></canvas><i style:left=at aria-hidden="true"></i></div>
        </div>
    }
}

/// Square root of the sum of squares.
pub fn length(values: &[f32]) -> f32 {
    values.iter().map(|v| v * v).sum::<f32>().sqrt()
}
