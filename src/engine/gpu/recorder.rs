//! The recording seam: everything that makes, writes, dispatches, submits or maps goes through here,
//! so that what is counted is what happens.

use super::device::Gpu;
use super::kernels::{Access, Kernel};
use crate::engine::EngineError;
use std::collections::HashMap;
use std::pin::Pin;

/// What was asked of the GPU since the counts were last taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub dispatches: u32,
    pub passes: u32,
    pub submits: u32,
    pub maps: u32,
    pub writes: u32,
    pub bytes_written: u64,
    pub bytes_read: u64,
    pub buffers_created: u32,
    pub bind_groups_created: u32,
    pub pipelines_created: u32,
}

/// Values of a kernel's overrides.
pub type Constants = Vec<(&'static str, f64)>;

struct Compiled {
    module: wgpu::ShaderModule,
    group: wgpu::BindGroupLayout,
    layout: wgpu::PipelineLayout,
}

pub struct Recorder {
    pub gpu: Gpu,
    pub counts: Counts,
    /// Bytes of all buffers that live.
    pub memory_bytes: u64,
    compiled: HashMap<&'static str, Compiled>,
    pipelines: HashMap<String, wgpu::ComputePipeline>,
    /// A buffer that is mapped or about to be: its reader was dropped, if a new call finds one.
    mapped: Option<wgpu::Buffer>,
}

/// A buffer's range as a kernel sees it.
#[derive(Clone, Copy)]
pub struct Bind<'a> {
    pub buffer: &'a wgpu::Buffer,
    pub offset: u64,
    pub bytes: Option<u64>,
}

impl<'a> From<&'a wgpu::Buffer> for Bind<'a> {
    fn from(buffer: &'a wgpu::Buffer) -> Self {
        Self { buffer, offset: 0, bytes: None }
    }
}

/// One dispatch, ready to encode.
pub struct Dispatch<'a> {
    /// The step, for people.
    pub name: &'static str,
    pub kernel: &'static Kernel,
    pub pipeline: &'a wgpu::ComputePipeline,
    pub group: &'a wgpu::BindGroup,
    pub workgroups: [u32; 3],
}

/// A copy from one buffer into another; offsets and bytes are multiples of 4.
pub struct Moved {
    pub from_offset: u64,
    pub to_offset: u64,
    pub bytes: u64,
}

/// Bytes from one buffer to the end of the call's answer.
pub struct Copy<'a> {
    pub from: &'a wgpu::Buffer,
    pub offset: u64,
    pub bytes: u64,
}

impl Recorder {
    pub fn new(gpu: Gpu) -> Self {
        let (compiled, pipelines) = Default::default();
        Self { gpu, counts: Counts::default(), memory_bytes: 0, compiled, pipelines, mapped: None }
    }

    pub fn take_counts(&mut self) -> Counts {
        std::mem::take(&mut self.counts)
    }

    /// Refuses a buffer beyond the device's limits, by the limit's name.
    pub fn check(&self, bytes: u64, usage: wgpu::BufferUsages) -> Result<(), EngineError> {
        let limits = self.gpu.device.limits();
        let (limit, available) = if usage.contains(wgpu::BufferUsages::STORAGE) {
            ("maxStorageBufferBindingSize", limits.max_storage_buffer_binding_size)
        } else {
            ("maxBufferSize", limits.max_buffer_size)
        };
        if bytes > available {
            return Err(EngineError::GpuLimit { limit: limit.into(), needed: bytes, available });
        }
        Ok(())
    }

    /// A buffer of at least `bytes`, a multiple of 16.
    pub fn buffer(&mut self, label: &str, bytes: u64, usage: wgpu::BufferUsages) -> Result<wgpu::Buffer, EngineError> {
        self.check(bytes, usage)?;
        let size = bytes.max(16).next_multiple_of(16);
        self.counts.buffers_created += 1;
        self.memory_bytes += size;
        let descriptor = wgpu::BufferDescriptor { label: Some(label), size, usage, mapped_at_creation: false };
        Ok(self.gpu.device.create_buffer(&descriptor))
    }

    pub fn storage(&mut self, label: &str, bytes: u64) -> Result<wgpu::Buffer, EngineError> {
        use wgpu::BufferUsages as U;
        self.buffer(label, bytes, U::STORAGE | U::COPY_SRC | U::COPY_DST)
    }

    pub fn free(&mut self, buffer: &wgpu::Buffer) {
        self.memory_bytes -= buffer.size();
        buffer.destroy();
    }

    /// `offset` and the length are multiples of 4.
    pub fn write(&mut self, buffer: &wgpu::Buffer, offset: u64, bytes: &[u8]) {
        self.counts.writes += 1;
        self.counts.bytes_written += bytes.len() as u64;
        self.gpu.queue.write_buffer(buffer, offset, bytes);
    }

    /// Copies stretches of one buffer into another.
    pub fn copy(&mut self, from: &wgpu::Buffer, to: &wgpu::Buffer, stretches: impl IntoIterator<Item = Moved>) {
        let mut encoder = self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        for s in stretches {
            encoder.copy_buffer_to_buffer(from, s.from_offset, to, s.to_offset, s.bytes);
        }
        self.gpu.queue.submit([encoder.finish()]);
        self.counts.submits += 1;
    }

    fn compile(&mut self, kernel: &'static Kernel) -> &Compiled {
        let device = &self.gpu.device;
        self.compiled.entry(kernel.name).or_insert_with(|| {
            let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some(kernel.name),
                source: wgpu::ShaderSource::Wgsl(kernel.source().into()),
            });
            let entries: Vec<_> = (0u32..).zip(kernel.bindings).map(|(i, &access)| layout_entry(i, access)).collect();
            let group = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
                label: Some(kernel.name),
                entries: &entries,
            });
            let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: Some(kernel.name),
                bind_group_layouts: &[Some(&group)],
                immediate_size: 0,
            });
            Compiled { module, group, layout }
        })
    }

    /// The pipeline of a kernel with these constants, made at most once.
    pub fn pipeline(&mut self, kernel: &'static Kernel, constants: &Constants) -> wgpu::ComputePipeline {
        let key = format!("{} {constants:?}", kernel.name);
        if let Some(pipeline) = self.pipelines.get(&key) {
            return pipeline.clone();
        }
        self.compile(kernel);
        self.counts.pipelines_created += 1;
        let compiled = &self.compiled[kernel.name];
        let pipeline = self.gpu.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(&key),
            layout: Some(&compiled.layout),
            module: &compiled.module,
            entry_point: Some("main"),
            compilation_options: wgpu::PipelineCompilationOptions {
                constants,
                // Every kernel writes what it reads of its workgroup's memory.
                zero_initialize_workgroup_memory: false,
            },
            cache: None,
        });
        self.pipelines.insert(key, pipeline.clone());
        pipeline
    }

    pub fn bind_group(&mut self, kernel: &'static Kernel, binds: &[Bind<'_>]) -> wgpu::BindGroup {
        self.compile(kernel);
        self.counts.bind_groups_created += 1;
        let entries: Vec<_> = (0u32..)
            .zip(binds)
            .map(|(binding, b)| wgpu::BindGroupEntry {
                binding,
                resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                    buffer: b.buffer,
                    offset: b.offset,
                    size: b.bytes.and_then(std::num::NonZeroU64::new),
                }),
            })
            .collect();
        self.gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some(kernel.name),
            layout: &self.compiled[kernel.name].group,
            entries: &entries,
        })
    }

    /// Encodes one compute pass and the copies of its answer into `staging`, and submits them.
    /// A read whose future was dropped is called off first.
    pub fn submit(&mut self, dispatches: &[Dispatch<'_>], copies: &[Copy<'_>], staging: &wgpu::Buffer) -> u64 {
        if let Some(buffer) = self.mapped.take() {
            buffer.unmap();
        }
        let mut encoder = self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            self.counts.passes += 1;
            for d in dispatches {
                pass.set_pipeline(d.pipeline);
                pass.set_bind_group(0, d.group, &[]);
                pass.dispatch_workgroups(d.workgroups[0], d.workgroups[1], d.workgroups[2]);
                self.counts.dispatches += 1;
            }
        }
        let mut at = 0;
        for c in copies {
            encoder.copy_buffer_to_buffer(c.from, c.offset, staging, at, c.bytes);
            at += c.bytes;
        }
        self.gpu.queue.submit([encoder.finish()]);
        self.counts.submits += 1;
        at
    }

    /// Waits for the first `bytes` of a staging buffer and hands them to `take`, at any alignment.
    pub async fn read<T>(
        &mut self,
        staging: &wgpu::Buffer,
        bytes: u64,
        take: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, EngineError> {
        let (tell, told) = futures_channel::oneshot::channel();
        self.counts.maps += 1;
        self.mapped = Some(staging.clone());
        staging.map_async(wgpu::MapMode::Read, ..bytes, move |result| {
            // The receiver is gone only when the call was dropped.
            let _ = tell.send(result);
        });
        #[cfg(not(target_arch = "wasm32"))]
        if let Err(e) = self.gpu.device.poll(wgpu::PollType::wait_indefinitely()) {
            self.gpu.health.check()?;
            return Err(EngineError::Compute(e.to_string()));
        }
        let health = self.gpu.health.clone();
        let failed = |text: String| health.check().err().unwrap_or(EngineError::Compute(text));
        match told.await {
            Ok(Ok(())) => {}
            Ok(Err(e)) => {
                self.mapped = None;
                return Err(failed(e.to_string()));
            }
            Err(e) => return Err(failed(e.to_string())),
        }
        // The view goes before the buffer is unmapped.
        let taken = take(&staging.get_mapped_range(..bytes).map_err(|e| failed(e.to_string()))?);
        staging.unmap();
        self.mapped = None;
        self.counts.bytes_read += bytes;
        Ok(taken)
    }
}

/// What WebGPU thinks of something made: out of memory, or a mistake of ours. Comes later than the
/// thing itself: in a browser not before all of it is compiled.
pub type Verdict = Pin<Box<dyn Future<Output = Result<(), EngineError>>>>;

/// Runs `make` between error scopes.
pub fn watched<T>(device: &wgpu::Device, make: impl FnOnce() -> T) -> (T, Verdict) {
    let memory = device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
    let mistake = device.push_error_scope(wgpu::ErrorFilter::Validation);
    let made = make();
    let mistake = mistake.pop();
    let memory = memory.pop();
    let verdict = async move {
        if let Some(e) = mistake.await {
            return Err(e.into());
        }
        if let Some(e) = memory.await {
            return Err(e.into());
        }
        Ok(())
    };
    (made, Box::pin(verdict))
}

/// Runs `make` and waits for the verdict.
pub async fn checked<T>(
    device: &wgpu::Device,
    make: impl FnOnce() -> Result<T, EngineError>,
) -> Result<T, EngineError> {
    let (made, verdict) = watched(device, make);
    let made = made?;
    verdict.await?;
    Ok(made)
}

fn layout_entry(binding: u32, access: Access) -> wgpu::BindGroupLayoutEntry {
    let ty = match access {
        Access::Uniform => wgpu::BufferBindingType::Uniform,
        Access::Read => wgpu::BufferBindingType::Storage { read_only: true },
        Access::Write => wgpu::BufferBindingType::Storage { read_only: false },
    };
    wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None },
        count: None,
    }
}
