//! A step of the plan: one dispatch, its kernels for differing numbers of rows, and when it runs.

use super::kernels::Kernel;
use super::recorder::Constants;

/// When a step runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Always,
    /// By whether probabilities are wanted and whether something is changed.
    Attention {
        capture: bool,
        probe: bool,
    },
    HiddenWanted,
    /// Blanks of the batch.
    Blanks,
    /// Of the batch, or vectors given.
    Words,
    /// Vectors given in place of a batch.
    Given,
    PartsWanted,
    QkvWanted {
        layer: usize,
    },
    /// The pooled vector is wanted, or what a classifier makes of it.
    PooledNeeded,
    ClassesWanted,
    SpansWanted,
}

/// What a step's dispatch runs over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// (columns, M)
    Tokens { columns: u32 },
    /// (columns, blanks)
    Blanks { columns: u32 },
    /// (columns, B)
    Rows { columns: u32 },
    /// (S, N, B)
    Heads { heads: u32 },
    /// (S, B)
    Places,
    /// (blanks)
    EachBlank,
    /// (M)
    EachToken,
    /// (B)
    EachRow,
    /// Whatever the call.
    Fixed([u32; 3]),
}

pub struct Step {
    /// What it does, for people.
    pub name: &'static str,
    pub when: When,
    pub extent: Extent,
    pub constants: Constants,
    /// The kernel for few rows, if it is a variant, takes at most so many.
    pub few: u32,
    /// Kernels of the same bindings for differing numbers of rows; the first takes any.
    pub variants: Vec<Variant>,
    pub group: wgpu::BindGroup,
}

pub struct Variant {
    pub kernel: &'static Kernel,
    pub pipeline: Option<wgpu::ComputePipeline>,
}
