// What training's kernels are told of a micro-batch. The kernel binds `micro`.

struct Micro {
    /// M, of all rows together.
    tokens: u32,
    /// B
    rows: u32,
    micro_step: u32,
    seed: u32,
    /// A random word below it drops a value.
    threshold: u32,
    /// 0: gradients are set. 1: they are added to.
    accumulate: u32,
    /// What an example's loss counts: 1 / examples of the step.
    weight: f32,
    /// Examples of the step before this micro-batch.
    first: u32,
}
