# One INTERFACE target that every one of our targets links: the only place for flags.
add_library(flags INTERFACE)
target_compile_features(flags INTERFACE c_std_17)
target_compile_definitions(flags INTERFACE _GNU_SOURCE $<$<BOOL:${TEST_CLOCK}>:TEST_CLOCK>)
target_compile_options(flags INTERFACE
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wundef -Wvla -Wformat=2
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wwrite-strings
	-Wcast-qual -Wcast-align -Wpointer-arith -Wnull-dereference -Wswitch-enum -Wimplicit-fallthrough
	-Wdate-time
	$<$<C_COMPILER_ID:GNU>:-Wlogical-op -Wduplicated-cond -Wduplicated-branches -Walloc-zero -Wtrampolines -Wstringop-overflow=4>
	$<$<C_COMPILER_ID:Clang>:-Wcomma -Wstring-concatenation -Wloop-analysis -Wunreachable-code-aggressive>
	$<$<BOOL:${WERROR}>:-Werror>
	-fno-strict-aliasing -fno-common -fno-delete-null-pointer-checks -fwrapv
	-fvisibility=hidden -fno-omit-frame-pointer
	-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(HARDEN)
	target_compile_options(flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
		-fstack-protector-strong -fstack-clash-protection
		$<IF:$<C_COMPILER_ID:GNU>,-ftrivial-auto-var-init=zero,-ftrivial-auto-var-init=pattern>
		$<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection=full>
		$<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},aarch64>:-mbranch-protection=standard>)
	target_link_options(flags INTERFACE -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
		-Wl,-z,separate-code -Wl,--as-needed -Wl,--build-id=sha1)
endif()
if(SANITIZE)
	target_compile_options(flags INTERFACE -fsanitize=${SANITIZE} -fno-sanitize-recover=all)
	target_link_options(flags INTERFACE -fsanitize=${SANITIZE})
endif()
if(FUZZ)
	target_compile_options(flags INTERFACE -fsanitize=fuzzer-no-link) # the fuzzer sees which branches its input takes
endif()
if(COVERAGE)
	target_compile_options(flags INTERFACE --coverage -O0)
	target_link_options(flags INTERFACE --coverage)
endif()
