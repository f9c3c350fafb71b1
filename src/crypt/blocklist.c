#include "blocklist.h"

#include "seal.h"

#include <string.h>

enum { PREFIX = 5 };

/* The build says where the file lies (cmake/blocklist.cmake). */
__asm__(".pushsection .rodata\n"
        ".hidden blocklist_begin\n"
        ".hidden blocklist_end\n"
        ".globl blocklist_begin\n"
        ".globl blocklist_end\n"
        "blocklist_begin:\n"
        ".incbin \"" BLOCKLIST_FILE "\"\n"
        "blocklist_end:\n"
        ".popsection\n");
extern const uint8_t blocklist_begin[] __attribute__((visibility("hidden"))), blocklist_end[] __attribute__((visibility("hidden")));

size_t blocklist_count(void)
{
	return (size_t)((uintptr_t)blocklist_end - (uintptr_t)blocklist_begin) / PREFIX;
}

bool blocklist_has(struct str folded)
{
	uint8_t hash[32];
	size_t low = 0, high = blocklist_count();
	sha256(&folded, 1, hash);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(blocklist_begin + middle * PREFIX, hash, PREFIX);
		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}
