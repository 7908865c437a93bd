/* What Debian's libgcc_eh.a asks of a C library and musl doesn't have.
 *
 * Rust's musl target unwinds with a `libunwind.a`. rustup's has its own; where the standard library
 * is built from Debian's source, `scripts/musl/toolchain` makes one of libgcc_eh.a and this file.
 */
#define _GNU_SOURCE
#include <link.h>
#include <pthread.h>
#include <stdint.h>

/* glibc's <dlfcn.h>, since 2.35; on x86-64. */
struct dl_find_object {
    unsigned long long flags;
    void *map_start, *map_end;
    struct link_map *link_map;
    void *eh_frame;
    unsigned long long reserved[7];
};

struct search {
    uintptr_t address;
    struct dl_find_object *found;
};

static int look_in(struct dl_phdr_info *object, size_t size, void *data) {
    struct search *search = data;
    int is_here = 0;
    (void)size;
    search->found->eh_frame = 0;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        uintptr_t start = object->dlpi_addr + part->p_vaddr;
        if (part->p_type == PT_GNU_EH_FRAME) search->found->eh_frame = (void *)start;
        if (part->p_type == PT_LOAD && search->address - start < part->p_memsz) {
            is_here = 1;
            search->found->map_start = (void *)start;
            search->found->map_end = (void *)(start + part->p_memsz);
        }
    }
    return is_here && search->found->eh_frame;
}

/* Where the unwinding tables of the object are that this address is in. */
int _dl_find_object(void *address, struct dl_find_object *found) {
    struct search search = {(uintptr_t)address, found};
    return dl_iterate_phdr(look_in, &search) ? 0 : -1;
}

/* libgcc_eh.a takes these for granted but names them weakly, so that a static link leaves them out. */
void *const _unwind_needs[] = {
    pthread_once,        pthread_key_create, pthread_getspecific,
    pthread_setspecific, pthread_mutex_lock, pthread_mutex_unlock,
};
