/* replay.c - plays the files of a folder through a target without the fuzzer, so that what was found once stays found with any compiler.
 *
 *   replay_scgi fuzz/corpus/scgi */
#include "arena.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
	DIR *d = argc == 2 ? opendir(argv[1]) : NULL;
	size_t played = 0;
	if (!d) {
		fprintf(stderr, "usage: replay FOLDER\n");
		return 64;
	}
	for (struct dirent *e; (e = readdir(d));) {
		char path[4096];
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", argv[1], e->d_name);
		FILE *f = fopen(path, "rb");
		/* As many bytes as there are and no more, so that a sanitizer sees a read past the end. */
		with_arena struct arena *a = arena_new(2 * FILE_MAX);
		char *all = ARENA_ARRAY(a, char, FILE_MAX);
		size_t n = f ? fread(all, 1, FILE_MAX, f) : 0;
		uint8_t *data = malloc(n ? n : 1);
		if (!f || !data)
			return 1;
		for (size_t i = 0; i < n; i++)
			data[i] = (uint8_t)all[i];
		fclose(f);
		(void)LLVMFuzzerTestOneInput(data, n);
		free(data);
		played++;
	}
	closedir(d);
	printf("%zu played\n", played);
	return played ? 0 : 1;
}
