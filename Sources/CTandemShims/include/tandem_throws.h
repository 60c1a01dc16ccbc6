// Where errors are thrown, and which of the addresses that a worker tells are types.
#ifndef TANDEM_THROWS_H
#define TANDEM_THROWS_H

#include <stdint.h>

// How many functions are remembered of a throw.
#define TANDEM_THROW_FRAMES 16

// From now on remembers of every throw in this process where it is. To be called before there is a
// second thread.
void tandem_throws_install(void);

// Forgets what was thrown up to now: an error that is looked up later was thrown later.
void tandem_throws_forget(void);

// Looks up where an error was thrown last: `box` is what an `any Error` holds, `type` the metadata of
// the error's own type. Gives how many addresses it has written, innermost first, each inside of the
// call that it is about; 0 when nothing is known.
uint32_t tandem_throws_find(const void *box, const void *type,
                            uint64_t addresses[TANDEM_THROW_FRAMES]);

// Whether an address is that of a type's descriptor, by the lists of them that the images loaded into
// this process carry. Reads the lists alone, never the address.
int tandem_is_type_descriptor(uintptr_t address);

#endif
