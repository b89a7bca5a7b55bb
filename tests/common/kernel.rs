//! Runs one kernel of the table on buffers made for it.

use bertscope::engine::gpu::AdapterPolicy;
use bertscope::engine::gpu::device::Gpu;
use bertscope::engine::gpu::kernels::Kernel;
use bertscope::engine::gpu::recorder::{Bind, Constants, Copy, Dispatch, Recorder};
use std::collections::BTreeSet;

/// A device and, over its life, the kernels it ran.
pub struct Bench {
    pub recorder: Recorder,
    pub ran: BTreeSet<&'static str>,
}

/// What a kernel's binding holds. Read-only, written, or uniform.
pub enum Data<'a> {
    Words(&'a [u32]),
    Floats(&'a [f32]),
    Bytes(&'a [u8]),
    /// Read back; filled with NaN before, so that what is not written shows.
    Out(usize),
    /// Read back; what is there before is given.
    InOut(&'a [f32]),
    Uniform([u32; 4]),
    Uniforms(&'a [u32]),
}

impl Bench {
    /// No adapter is a failure, never a reason to skip.
    pub fn new() -> Self {
        let gpu = pollster::block_on(Gpu::new(AdapterPolicy::AnyAdapter)).unwrap();
        Self { recorder: Recorder::new(gpu), ran: BTreeSet::new() }
    }

    /// Words of each [`Data::Out`], one behind the other.
    pub fn run(
        &mut self,
        kernel: &'static Kernel,
        constants: Constants,
        extent: [u32; 3],
        data: &[Data<'_>],
    ) -> Vec<Vec<u32>> {
        use wgpu::BufferUsages as U;
        self.ran.insert(kernel.name);
        let r = &mut self.recorder;
        let mut buffers = Vec::new();
        for d in data {
            let padded;
            let bytes: &[u8] = match d {
                Data::Words(w) => bytemuck::cast_slice(w),
                Data::Floats(f) => bytemuck::cast_slice(f),
                Data::Bytes(b) => b,
                Data::InOut(f) => bytemuck::cast_slice(f),
                Data::Uniform(w) => bytemuck::cast_slice(w),
                Data::Uniforms(w) => bytemuck::cast_slice(w),
                Data::Out(n) => {
                    padded = vec![0xffu8; n * 4];
                    &padded
                }
            };
            let usage = if matches!(d, Data::Uniform(_) | Data::Uniforms(_)) {
                U::UNIFORM | U::COPY_DST
            } else {
                U::STORAGE | U::COPY_SRC | U::COPY_DST
            };
            let buffer = r.buffer("test", bytes.len() as u64, usage).unwrap();
            let mut whole = bytes.to_vec();
            whole.resize(whole.len().next_multiple_of(4), 0);
            r.write(&buffer, 0, &whole);
            buffers.push(buffer);
        }
        let outs: Vec<(usize, usize)> = data
            .iter()
            .enumerate()
            .filter_map(|(i, d)| match d {
                Data::Out(n) => Some((i, *n)),
                Data::InOut(values) => Some((i, values.len())),
                _ => None,
            })
            .collect();
        let total: usize = outs.iter().map(|o| o.1).sum();
        let staging = r.buffer("staging", total as u64 * 4, U::MAP_READ | U::COPY_DST).unwrap();
        let pipeline = r.pipeline(kernel, &constants);
        let binds: Vec<Bind<'_>> = buffers.iter().map(Bind::from).collect();
        let group = r.bind_group(kernel, &binds);
        let dispatch = Dispatch {
            name: "test",
            kernel,
            pipeline: &pipeline,
            group: &group,
            workgroups: kernel.workgroups(extent),
        };
        let copies: Vec<Copy<'_>> =
            outs.iter().map(|&(i, n)| Copy { from: &buffers[i], offset: 0, bytes: n as u64 * 4 }).collect();
        let bytes = r.submit(&[dispatch], &copies, &staging);
        let words = pollster::block_on(r.read(&staging, bytes, bytemuck::pod_collect_to_vec::<u8, u32>)).unwrap();
        r.gpu.health.check().unwrap();
        let mut rest = &words[..];
        outs.iter()
            .map(|&(_, n)| {
                let (head, tail) = rest.split_at(n);
                rest = tail;
                head.to_vec()
            })
            .collect()
    }
}

pub fn floats(words: &[u32]) -> Vec<f32> {
    words.iter().map(|&w| f32::from_bits(w)).collect()
}
