//! Settings that few need.

use super::{Number, TARGETS, put, set, setting};
use crate::protocol::lab::Depth;
use crate::ui::store::store;
use crate::ui::words::fine_tune::{changed::LINEARS, rate, settings as here};
use leptos::prelude::*;

#[component]
pub fn More() -> impl IntoView {
    let lab = store().lab;
    let warmup = setting(|s| s.warmup_proportion.to_string());
    let every = setting(|s| s.eval_every_steps.to_string());
    let save = setting(|s| s.save_checkpoints_steps.to_string());
    let eval_batch = setting(|s| s.eval_batch_size.to_string());
    let seed = setting(|s| s.seed.to_string());
    let dropout = setting(|s| s.dropout.to_string());
    let decay = setting(|s| rate(s.weight_decay));
    let norm = setting(|s| s.max_grad_norm.to_string());
    let micro = setting(|s| s.micro_batch_tokens.to_string());
    let lora = setting(|s| matches!(s.depth, Depth::Lora { .. }));
    let back = move |_| {
        lab.touched.set(false);
        lab.settings.set(lab.data.with_untracked(|d| d.as_ref().and_then(|d| d.suggested.clone())));
    };
    view! {
        <details class="twin" data-testid="lab-more">
            <summary>{here::MORE}</summary>
            <div class="fields">
                <Number name=*here::WARMUP value=warmup testid="set-warmup" set=move |t| put(t, |s, v| s.warmup_proportion = v)/>
                <Number name=*here::EVAL_EVERY value=every testid="set-every" set=move |t| put(t, |s, v| s.eval_every_steps = v)/>
                <Number name=*here::SAVE value=save testid="set-save" set=move |t| put(t, |s, v| s.save_checkpoints_steps = v)/>
                <Number name=*here::EVAL_BATCH value=eval_batch testid="set-eval-batch" set=move |t| put(t, |s, v| s.eval_batch_size = v)/>
                <Number name=*here::SEED value=seed testid="set-seed" set=move |t| put(t, |s, v| s.seed = v)/>
                <Number name=*here::DROPOUT value=dropout testid="set-dropout" set=move |t| put(t, |s, v| s.dropout = v)/>
                <Number name=*here::DECAY value=decay testid="set-decay" set=move |t| put(t, |s, v| s.weight_decay = v)/>
                <Number name=*here::GRAD_NORM value=norm testid="set-norm" set=move |t| put(t, |s, v| s.max_grad_norm = v)/>
                <Number name=*here::MICRO value=micro testid="set-micro" set=move |t| put(t, |s, v| s.micro_batch_tokens = v)/>
            </div>
            <Show when=move || lora.get()><LowRank/></Show>
            <p><button class="act" on:click=back>{here::DEFAULTS}</button></p>
        </details>
    }
}

/// Rank, scale, layers and Linears of the low-rank matrices.
#[component]
fn LowRank() -> impl IntoView {
    let read = |depth: &Depth, what: fn(usize, f32, usize) -> String| match depth {
        Depth::Lora { rank, alpha, first_layer, .. } => what(*rank, *alpha, *first_layer),
        _ => String::new(),
    };
    let rank = setting(move |s| read(&s.depth, |rank, _, _| rank.to_string()));
    let alpha = setting(move |s| read(&s.depth, |_, alpha, _| alpha.to_string()));
    // From 1, as people count.
    let first = setting(move |s| read(&s.depth, |_, _, first| (first + 1).to_string()));
    let targets = setting(|s| match &s.depth {
        Depth::Lora { targets, .. } => targets.clone(),
        _ => Vec::new(),
    });
    let set_rank = move |t| {
        put(t, |s, v| {
            if let Depth::Lora { rank, .. } = &mut s.depth {
                *rank = v;
            }
        });
    };
    let set_alpha = move |t| {
        put(t, |s, v| {
            if let Depth::Lora { alpha, .. } = &mut s.depth {
                *alpha = v;
            }
        });
    };
    let set_first = move |t| {
        put(t, |s, v: usize| {
            if let Depth::Lora { first_layer, .. } = &mut s.depth {
                *first_layer = v.saturating_sub(1);
            }
        });
    };
    let mut names = LINEARS.into_iter();
    let boxes = TARGETS.map(move |target| {
        let name = names.next();
        let on = move || targets.with(|t| t.contains(&target));
        let flip = move |_| {
            set(|s| {
                if let Depth::Lora { targets, .. } = &mut s.depth {
                    let before = targets.len();
                    targets.retain(|t| *t != target);
                    if targets.len() == before {
                        targets.push(target);
                        targets.sort();
                    }
                }
            });
        };
        view! { <label><input type="checkbox" prop:checked=on on:change=flip/>{name}</label> }
    });
    view! {
        <div class="fields">
            <Number name=*here::RANK value=rank testid="set-rank" set=set_rank/>
            <Number name=*here::ALPHA value=alpha testid="set-alpha" set=set_alpha/>
            <Number name=*here::FIRST_LAYER value=first testid="set-first" set=set_first/>
        </div>
        <div class="pickers linears" role="group" aria-label=here::TARGETS><span aria-hidden="true">{here::TARGETS}</span>{boxes.to_vec()}</div>
    }
}
