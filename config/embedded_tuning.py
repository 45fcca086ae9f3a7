"""PostgreSQL's settings for the embedded cluster, fitted to the machine at each start."""

import os
from pathlib import Path

MEGABYTE = 1 << 20


def _memory_bytes() -> int:
    """The memory we may use: the machine's, or the container's limit if that is less."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = Path("/sys/fs/cgroup/memory.max")
    if limit.exists() and (text := limit.read_text().strip()).isdigit():
        memory = min(memory, int(text))
    return memory


def postgres_settings() -> str:
    """The text of lamplighter.conf: a share of the memory, careful on a small machine."""
    memory, cores = _memory_bytes() // MEGABYTE, os.cpu_count() or 1
    shared_memory = os.statvfs("/dev/shm") if Path("/dev/shm").exists() else None  # noqa: S108
    ample = shared_memory and shared_memory.f_bavail * shared_memory.f_frsize > 512 * MEGABYTE
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": 100,
        "shared_buffers": f"{max(64, min(memory // 8, 2048))}MB",
        "effective_cache_size": f"{max(128, memory // 2)}MB",
        "work_mem": f"{max(4, min(memory // 256, 64))}MB",
        "maintenance_work_mem": f"{max(32, min(memory // 16, 512))}MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "wal_compression": "on",
        "random_page_cost": 1.1,
        "effective_io_concurrency": 100,
        "max_parallel_workers_per_gather": min(2, cores // 2),
        "jit": "off",  # compiling costs more than our short spatial queries
        # a container's /dev/shm is often 64 MB, too little for parallel queries
        "dynamic_shared_memory_type": "posix" if ample else "mmap",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %q%d ",
    }
    return "".join(f"{name} = '{value}'\n" for name, value in settings.items())
