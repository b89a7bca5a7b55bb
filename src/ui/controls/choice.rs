use leptos::prelude::*;

/// A few options side by side, one of them chosen.
#[component]
pub fn Choice(
    #[prop(into)] label: &'static str,
    options: Vec<&'static str>,
    #[prop(into)] chosen: Signal<usize>,
    choose: impl Fn(usize) + Copy + 'static,
) -> impl IntoView {
    let buttons = options.into_iter().enumerate().map(move |(i, name)| {
        let pressed = move || (chosen.get() == i).to_string();
        view! { <button aria-pressed=pressed on:click=move |_| choose(i)>{name}</button> }
    });
    view! { <div class="seg" role="group" aria-label=label>{buttons.collect_view()}</div> }
}
