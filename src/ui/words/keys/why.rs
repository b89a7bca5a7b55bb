use crate::ui::words::key::keys;

keys! {
    why;
    text {
        TITLE, LEDE, FIGURE, TASKS, SHARED, APART, ESTIMATE, PARTS, BASE, BASE_BY, NOT_IN, YOURS, YOURS_BY,
        YOURS_LINK, LOOK, ARTICLE, MISLEADS,
    }
    of {
        KICKER: (&str, &str),
        PARTS_HEAD: [&str; 4],
        ADAPTERS: [(&str, &str, &str); 3],
    }
    fn told(tasks: usize, shared: &str, apart: &str) -> String;
}
