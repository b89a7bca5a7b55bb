//! The losses as they fall: of both models on what they read and on what they do not, and BERT's next sentences.

use crate::protocol::pretraining::{Point, Told};
use crate::ui::controls::Note;
use crate::ui::figures::curves::{Curves, Ink, Plot, Series};
use crate::ui::logic::number::{fixed, percent};
use crate::ui::logic::pretraining::{MEAN_STEPS, NEXT_MEAN_STEPS, line};
use crate::ui::store::store;
use crate::ui::words::pretraining as here;
use leptos::prelude::*;

fn nats(value: f64) -> String {
    fixed(value, 3)
}

#[component]
pub fn Figure() -> impl IntoView {
    let run = store().pretraining;
    let rows = move || run.run.with(|r| r.as_ref().map_or(1, |r| r.settings.rows));
    let last = move |r: &Told| f64::from(r.settings.steps) * r.settings.rows as f64;
    let last_step = move || run.run.with(|r| r.as_ref().map_or(1.0, last));
    let of = move |name: &str, ink: Ink, window: usize, value: fn(&Point) -> f32| {
        let points = run.points.with(|p| line(p, rows(), window, value));
        Series { name: name.to_owned(), ink, points }
    };
    let plot = move |series: Vec<Series>| Plot { series, last_step: last_step(), from: Some(0.0), ..Plot::default() };
    let words = Signal::derive(move || {
        let bert = of(*here::BERT, Ink::Strong, MEAN_STEPS, |p| p.words[0]);
        plot(vec![bert, of(*here::LEFT, Ink::Other, MEAN_STEPS, |p| p.words[1])])
    });
    let held = Signal::derive(move || {
        let points = |which: usize| {
            let at = |l: &crate::protocol::pretraining::NamedLook| {
                Some((f64::from(l.step) * rows() as f64, l.held_out?[which]))
            };
            run.looks.with(|l| l.iter().filter_map(at).collect())
        };
        let bert = Series { name: here::BERT.into(), ink: Ink::Strong, points: points(0) };
        plot(vec![bert, Series { name: here::LEFT.into(), ink: Ink::Dots, points: points(1) }])
    });
    let next = Signal::derive(move || {
        let mean = of(*here::NEXT_MEAN, Ink::Strong, NEXT_MEAN_STEPS, |p| p.next);
        Plot { to: Some(0.8), ..plot(vec![mean]) }
    });
    let newest = move |plot: Signal<Plot>| {
        Signal::derive(move || {
            let last = plot.with(|p| p.series.iter().map(|s| s.points.last().map(|p| p.1)).collect::<Vec<_>>());
            match last.as_slice() {
                [Some(bert), Some(left)] => here::now(&nats(*bert), &nats(*left)),
                _ => String::new(),
            }
        })
    };
    let next_now = Signal::derive(move || {
        let right = run.points.with(|p| line(p, 1, NEXT_MEAN_STEPS, |p| p.next_right).last().map(|p| p.1));
        let loss = next.with(|p| p.series[0].points.last().map(|p| p.1));
        loss.zip(right).map(|(l, r)| here::next_now(&nats(l), &percent(r as f32))).unwrap_or_default()
    });
    let counted = move || {
        let last = run.points.with(|p| p.last().map(|p| p.counted));
        last.map(|[bert, left]| view! {
            <p data-testid="pretrain-counted" data-bert=bert.to_string() data-left=left.to_string()>{here::counted(u64::from(bert), u64::from(left))}</p>
        })
    };
    // Exact values of the first steps and the last: what tests hold to.
    let exact = move || {
        run.points.with(|p| {
            let told = |p: &Point| format!("{}:{}:{}:{}", p.step, p.words[0], p.words[1], p.next);
            let first = p.iter().take(20).map(told).collect::<Vec<_>>().join(" ");
            (first, p.last().map(told).unwrap_or_default())
        })
    };
    let none_held = move || run.looks.with(|l| l.first().is_some_and(|l| l.held_out.is_none()));
    view! {
        <div class="halves" data-testid="pretrain-curves" data-first=move || exact().0 data-last=move || exact().1>
            <Curves title=here::LOSS steps=here::READ testid="curve-words" plot=words now=newest(words)/>
            <Curves title=here::HELD_OUT steps=here::READ testid="curve-held" plot=held now=newest(held)/>
            <Curves title=here::NEXT steps=here::READ testid="curve-next" plot=next now=next_now/>
            <div><h3>{here::COUNTED}</h3>{counted}<Show when=none_held><p class="note">{here::NO_HELD_OUT}</p></Show></div>
        </div>
        <Note>{here::WHAT_LOSS}</Note>
    }
}
