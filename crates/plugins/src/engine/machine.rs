//! The machine that all guests share: the compiler, the pool their memories come from, the threads they run on, and the clock that interrupts them.

use std::{
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use plugin_api::{Api, Manifest};
use tokio::sync::Semaphore;
use wasmtime::{
    Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig,
    component::{Component, HasSelf, Linker},
};

use super::{
    Limits,
    contract::{Plugin as Contract, PluginPre},
    guest::Guest,
    host::{MOST_INSTANCES, MOST_MEMORIES, MOST_TABLE_ELEMENTS, MOST_TABLES, State},
    imports,
    plain::plain,
    threads::Threads,
};
use crate::{Maker, Plugin};

/// Between two interruptions of whatever runs.
const TICK: Duration = Duration::from_millis(1);
/// Ticks without anybody running, after which the clock stops.
const QUIET: u32 = 100;
/// The stack of a guest, in bytes …
const STACK: usize = 1024 * 1024;
/// … and of the hub's own code below it.
const STACK_WITH_HOST: usize = STACK + 512 * 1024;

/// So much of a guest's memory and of its table stays with a place of the pool between two calls, in bytes, and no more of what was written.
const KEPT: usize = 256 * 1024;

/// Compiles and runs guests. Nothing is set up before the first one is compiled: a hub without guests pays nothing.
pub struct Engine {
    limits: Limits,
    machine: OnceLock<Result<Arc<Machine>, String>>,
}

impl Engine {
    /// One that keeps to these limits.
    pub fn new(limits: Limits) -> Self {
        Self { limits, machine: OnceLock::new() }
    }

    fn machine(&self) -> Result<&Arc<Machine>, Vec<String>> {
        let made = self.machine.get_or_init(|| Machine::new(self.limits.clone()).map_err(|error| format!("{error:#}")));
        made.as_ref().map_err(|error| vec![format!("the engine for guests can't be started: {error}")])
    }
}

impl Maker for Engine {
    fn apis(&self) -> Vec<Api> {
        vec![Api { major: 1, minor: 0 }]
    }

    fn make(&self, manifest: &Manifest, wasm: &[u8]) -> Result<Arc<dyn Plugin>, Vec<String>> {
        let Some(api) = manifest.api else {
            return Err(vec!["a guest says which interface it was built against: `api`".into()]);
        };
        if !self.apis().contains(&api) {
            let spoken: Vec<String> = self.apis().iter().map(ToString::to_string).collect();
            return Err(vec![format!("it speaks interface {api}, and this hub speaks {}", spoken.join(", "))]);
        }
        if wasm.len() > self.limits.component_bytes {
            let mib = self.limits.component_bytes / (1024 * 1024);
            return Err(vec![format!("its component is larger than {mib} MiB")]);
        }
        if wasm.get(..8) == Some(b"\0asm\x01\0\0\0") {
            return Err(vec!["it is a plain module, and no component: `guildhall plugin pack` makes one of it".into()]);
        }
        let machine = self.machine()?;
        let component = Component::from_binary(&machine.engine, wasm)
            .map_err(|error| vec![plain(&format!("its component can't be compiled: {error:#}"), 1000)])?;
        imports::check(&machine.engine, &component, &manifest.capabilities, manifest)?;
        let bound = machine
            .linker
            .instantiate_pre(&component)
            .and_then(PluginPre::new)
            .map_err(|error| vec![plain(&format!("it does not keep to the interface: {error:#}"), 1000)])?;
        Ok(Arc::new(Guest::new(manifest.clone(), Arc::clone(machine), bound)))
    }
}

/// Set up once, for all guests.
pub(super) struct Machine {
    pub(super) engine: wasmtime::Engine,
    linker: Linker<State>,
    pub(super) limits: Limits,
    pub(super) threads: Threads,
    /// One for each call that may run now.
    pub(super) places: Semaphore,
    pub(super) memory: Arc<AtomicUsize>,
    running: AtomicUsize,
    clock: OnceLock<thread::Thread>,
}

impl Machine {
    fn new(limits: Limits) -> wasmtime::Result<Arc<Self>> {
        // Some machines have too little room for addresses. There each call's memory is asked for anew, which is slower and no less safe.
        let engine = wasmtime::Engine::new(&config(&limits, true))
            .or_else(|_| wasmtime::Engine::new(&config(&limits, false)))?;
        let mut linker = Linker::new(&engine);
        Contract::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
        let threads = Threads::new(limits.threads)?;
        let machine = Arc::new(Self {
            engine,
            linker,
            places: Semaphore::new(limits.at_once as usize),
            limits,
            threads,
            memory: Arc::default(),
            running: AtomicUsize::new(0),
            clock: OnceLock::new(),
        });
        let seen = Arc::downgrade(&machine);
        let clock = thread::Builder::new().name("guests-clock".into()).spawn(move || tick(&seen))?;
        machine.clock.set(clock.thread().clone()).expect("set once");
        Ok(machine)
    }

    /// Keeps the clock going for as long as a call runs.
    pub(super) fn run(self: &Arc<Self>) -> Running {
        if self.running.fetch_add(1, Ordering::AcqRel) == 0
            && let Some(clock) = self.clock.get()
        {
            clock.unpark();
        }
        Running(Arc::clone(self))
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Some(clock) = self.clock.get() {
            clock.unpark();
        }
    }
}

/// A call that runs.
pub(super) struct Running(Arc<Machine>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Interrupts whatever runs, at each tick. Sleeps while nothing does.
fn tick(machine: &Weak<Machine>) {
    let mut quiet = 0;
    loop {
        let Some(seen) = machine.upgrade() else { return };
        if seen.running.load(Ordering::Acquire) > 0 {
            quiet = 0;
        } else {
            quiet += 1;
        }
        seen.engine.increment_epoch();
        drop(seen);
        if quiet < QUIET {
            thread::sleep(TICK);
        } else {
            // Whoever runs first wakes it; so does the end of the machine.
            thread::park_timeout(Duration::from_mins(1));
            quiet = 0;
        }
    }
}

fn config(limits: &Limits, pooled: bool) -> Config {
    let mut config = Config::new();
    config.epoch_interruption(true);
    config.max_wasm_stack(STACK);
    config.async_stack_size(STACK_WITH_HOST);
    config.wasm_memory64(false);
    config.wasm_relaxed_simd(false);
    config.generate_address_map(false);
    // As much room for addresses as a guest may ever use, and not the four gigabytes that would save it a comparison: then all of
    // them together fit wherever the hub runs.
    config.memory_reservation(limits.memory_bytes as u64);
    config.memory_reservation_for_growth(0);
    config.memory_guard_size(64 * 1024);
    config.memory_may_move(false);
    if pooled {
        let calls = limits.at_once;
        let mut pool = PoolingAllocationConfig::new();
        pool.total_component_instances(calls)
            .total_core_instances(calls * MOST_INSTANCES)
            .total_memories(calls * MOST_MEMORIES)
            .total_tables(calls * MOST_TABLES)
            .total_stacks(calls)
            .max_core_instances_per_component(MOST_INSTANCES)
            .max_memories_per_component(MOST_MEMORIES)
            .max_tables_per_component(MOST_TABLES)
            .table_elements(MOST_TABLE_ELEMENTS)
            .max_memory_size(limits.memory_bytes)
            // What a call has written is put back as it was, and what it hasn't is left alone: to hand pages back and fault them in again costs a
            // short call more than it does itself. Where the system can't say which were written, they are handed back.
            .pagemap_scan(Enabled::Auto)
            .linear_memory_keep_resident(KEPT)
            .table_keep_resident(KEPT);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    }
    config
}
